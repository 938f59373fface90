/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From a device tree to boot_info: RAM without what is reserved, a bank that
 * is set aside, command line, archive, and the machine's devices.
 */
/* sources: $(HOST_MACHINE) tests/host/tree.c boot/aarch64/fdt.c */
/* sources: boot/aarch64/fdt_bus.c boot/aarch64/tree.c kernel/string.c */
/* sources: boot/aarch64/tree_devices.c */
#include "boot/aarch64/tree.h"
#include "kernel/string.h"
#include "test.h"
#include "tree.h"

#define MIB 0x100000u

struct boot_info boot_info;

static void begin(const uint64_t *reservations, unsigned count)
{
    memset(&boot_info, 0, sizeof(boot_info));
    tree_begin(reservations, count);
    tree_node("");
    TREE_CELLS("#address-cells", 1);
    TREE_CELLS("#size-cells", 1);
    TREE_CELLS("interrupt-parent", 1);
    tree_node("memory@40000000");
    tree_text("device_type", "memory");
    TREE_CELLS("reg", 0x40000000, 256 * MIB);
    tree_up();
}

static struct fdt finish(void)
{
    const struct tree *tree;
    struct fdt fdt;

    tree_up();
    tree = tree_end();
    assert_null(fdt_open(&fdt, tree->bytes, tree->size));
    return fdt;
}

static void assert_range(unsigned index, uint64_t start, uint64_t end)
{
    assert_true(index < boot_info.range_count);
    assert_int_equal(boot_info.ranges[index].start.raw, start);
    assert_int_equal(boot_info.ranges[index].start.raw +
                         boot_info.ranges[index].size, end);
}

/* What lies below the kernel is firmware's. */
static void test_ram(void **state)
{
    struct fdt fdt;

    (void)state;
    begin(NULL, 0);
    fdt = finish();
    tree_read_ram(&fdt);
    tree_read_reserved(&fdt);
    assert_int_equal(boot_info.range_count, 1);
    assert_range(0, IMAGE_LOAD, 0x50000000);
    assert_int_equal(boot_info.bank.size, 0);
}

static void test_reserved(void **state)
{
    const uint64_t reservations[] = {0x48000800, 0x1000, ~0ull - 10, ~0ull};
    struct fdt fdt;

    (void)state;
    begin(reservations, 2);
    tree_node("reserved-memory");
    TREE_CELLS("#address-cells", 1);
    TREE_CELLS("#size-cells", 1);
    tree_bytes("ranges", NULL, 0);
    tree_node("top@4f000000");
    TREE_CELLS("reg", 0x4f000000, 64 * MIB);
    tree_up();
    tree_node("bank@44000000");
    tree_text("compatible", "reprise,bank");
    TREE_CELLS("reg", 0x44000000, 2 * MIB);
    tree_up();
    tree_up();
    fdt = finish();
    tree_read_ram(&fdt);
    tree_read_reserved(&fdt);
    assert_int_equal(boot_info.range_count, 2);
    assert_range(0, IMAGE_LOAD, 0x48000000);
    assert_range(1, 0x48002000, 0x4f000000);
    assert_int_equal(boot_info.bank.start.raw, 0x44000000);
    assert_int_equal(boot_info.bank.size, 2 * MIB);
}

static void test_chosen(void **state)
{
    struct fdt fdt;

    (void)state;
    begin(NULL, 0);
    tree_node("chosen");
    tree_text("bootargs", "pmm.maxBlocks=7");
    TREE_CELLS("linux,initrd-start", 0x45000000);
    TREE_CELLS("linux,initrd-end", 0, 0x45100000);
    tree_up();
    fdt = finish();
    tree_read_ram(&fdt);
    tree_read_chosen(&fdt);
    assert_string_equal(boot_info.command_line, "pmm.maxBlocks=7");
    assert_int_equal(boot_info.archive.raw, 0x45000000);
    assert_int_equal(boot_info.archive_size, MIB);
    assert_string_equal(tree_loader(&fdt), "a Linux loader");
}

/* Ends that lie before their beginnings, and outside RAM. */
static void test_archive_that_is_none(void **state)
{
    const uint32_t places[][2] = {{0x45000000, 0x44000000},
                                  {0x45000000, 0x45000000},
                                  {0x4f000000, 0x50000001},
                                  {0x30000000, 0x45000000}};
    struct fdt fdt;

    (void)state;
    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        begin(NULL, 0);
        tree_node("chosen");
        TREE_CELLS("linux,initrd-start", places[i][0]);
        TREE_CELLS("linux,initrd-end", places[i][1]);
        tree_up();
        fdt = finish();
        tree_read_ram(&fdt);
        tree_read_chosen(&fdt);
        assert_int_equal(boot_info.archive_size, 0);
    }
}

static void add_devices(void)
{
    tree_node("intc@8000000");
    tree_text("compatible", "arm,gic-v3");
    TREE_CELLS("#interrupt-cells", 3);
    TREE_CELLS("reg", 0x8000000, 0x10000, 0x80a0000, 0xf60000);
    TREE_CELLS("phandle", 1);
    tree_up();
    tree_node("uart@9000000");
    tree_text("compatible", "arm,pl011");
    TREE_CELLS("reg", 0x9000000, 0x1000);
    TREE_CELLS("interrupts", 0, 1, 4);
    TREE_CELLS("clocks", 2);
    tree_up();
    tree_node("clock");
    TREE_CELLS("clock-frequency", 24000000);
    TREE_CELLS("phandle", 2);
    tree_up();
    tree_node("timer");
    tree_text("compatible", "arm,armv8-timer");
    TREE_CELLS("interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
    tree_up();
    tree_node("psci");
    tree_text("compatible", "arm,psci-0.2");
    tree_text("method", "smc");
    tree_up();
}

static void test_devices(void **state)
{
    struct boot_platform platform = {.clock_hz = 5};
    struct fdt fdt;

    (void)state;
    begin(NULL, 0);
    add_devices();
    fdt = finish();
    tree_read_devices(&fdt, &platform);
    assert_int_equal(platform.irqchip, IRQCHIP_GIC3);
    assert_int_equal(platform.irqchip_base[0], 0x8000000);
    assert_int_equal(platform.irqchip_base[1], 0x80a0000);
    assert_int_equal(platform.uart, 0x9000000);
    assert_int_equal(platform.uart_line, 33);
    assert_int_equal(platform.uart_hz, 24000000);
    assert_int_equal(platform.timer_line, 27);
    assert_int_equal(platform.bark_line, 30);
    assert_int_equal(platform.psci, PSCI_SMC);
    assert_int_equal(platform.clock_hz, 5); /* the tree does not tell */
}

/* Phandles that lead in a ring, and to nobody. */
static void test_rings(void **state)
{
    struct boot_platform platform = {.uart_line = 9};
    struct fdt fdt;

    (void)state;
    begin(NULL, 0);
    tree_node("chosen");
    tree_text("stdout-path", "serial0:115200n8");
    tree_up();
    tree_node("aliases");
    tree_text("serial0", "serial0");
    tree_up();
    tree_node("uart@9000000");
    tree_text("compatible", "arm,pl011");
    TREE_CELLS("phandle", 1);
    TREE_CELLS("interrupts", 0, 1, 4);
    TREE_CELLS("clocks", 1);
    tree_up();
    fdt = finish();
    tree_read_devices(&fdt, &platform);
    assert_int_equal(platform.uart, 0);
    assert_int_equal(platform.uart_line, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ram),     cmocka_unit_test(test_reserved),
        cmocka_unit_test(test_chosen),  cmocka_unit_test(test_devices),
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_archive_that_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
