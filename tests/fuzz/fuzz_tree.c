/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A device tree as a loader might hand it over: one like those of boards,
 * damaged, or just bytes.  Every question that boot asks is asked, and what
 * it believes then is whole pages of RAM that do not overlap.
 */
/* sources: tests/host/tree.c boot/aarch64/fdt.c boot/aarch64/fdt_bus.c */
/* sources: boot/aarch64/tree.c boot/aarch64/tree_devices.c kernel/text.c */
/* sources: tests/fuzz/damage.c $(FUZZ_FAKE) */
#include "boot/aarch64/tree.h"

#include <string.h>

#include "damage.h"
#include "tree.h"

struct boot_info boot_info;

static void memory_make(void)
{
    tree_node("memory@40000000");
    tree_text("device_type", "memory");
    TREE_CELLS("reg", 0, 0x40000000, 0, 0x10000000);
    tree_up();
    tree_node("reserved-memory");
    TREE_CELLS("#address-cells", 2);
    TREE_CELLS("#size-cells", 2);
    tree_bytes("ranges", NULL, 0);
    tree_node("bank@44000000");
    tree_text("compatible", "reprise,bank");
    TREE_CELLS("reg", 0, 0x44000000, 0, 0x100000);
    tree_up();
    tree_up();
}

static void devices_make(void)
{
    tree_node("soc");
    tree_text("compatible", "simple-bus");
    TREE_CELLS("#address-cells", 1);
    TREE_CELLS("#size-cells", 1);
    TREE_CELLS("ranges", 0x7e000000, 0, 0x3f000000, 0x1000000);
    tree_node("serial@7e201000");
    tree_text("compatible", "arm,pl011");
    TREE_CELLS("reg", 0x7e201000, 0x1000);
    TREE_CELLS("interrupts", 0, 1, 4);
    tree_up();
    tree_node("gic@7e000000");
    tree_text("compatible", "arm,cortex-a15-gic");
    TREE_CELLS("phandle", 1);
    TREE_CELLS("#interrupt-cells", 3);
    TREE_CELLS("reg", 0x7e000000, 0x1000, 0x7e010000, 0x1000);
    tree_up();
    tree_up();
    tree_node("timer");
    tree_text("compatible", "arm,armv8-timer");
    TREE_CELLS("interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
    tree_up();
    tree_node("psci");
    tree_text("compatible", "arm,psci-0.2");
    tree_text("method", "hvc");
    tree_up();
}

static const struct tree *tree_make(void)
{
    static const uint64_t reservations[] = {0x48000000, 0x1000};

    tree_begin(reservations, 1);
    tree_node("");
    TREE_CELLS("#address-cells", 2);
    TREE_CELLS("#size-cells", 2);
    TREE_CELLS("interrupt-parent", 1);
    tree_text("compatible", "linux,dummy-virt");
    memory_make();
    devices_make();
    tree_node("chosen");
    tree_text("bootargs", "pmm.maxBlocks=7");
    tree_text("stdout-path", "/soc/serial@7e201000:115200");
    TREE_CELLS("linux,initrd-start", 0x45000000);
    TREE_CELLS("linux,initrd-end", 0x45100000);
    tree_up();
    tree_up();
    return tree_end();
}

static void ranges_check(void)
{
    if (boot_info.range_count > BOOT_RANGES_MAX)
        broken("more ranges than there is room for");
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *range = &boot_info.ranges[i];

        if (!page_aligned(range->start.raw | range->size) || range->size == 0)
            broken("a range is not whole pages");
        if (range->start.raw + range->size < range->start.raw)
            broken("a range wraps");
    }
}

static void read(const struct fdt *fdt)
{
    struct boot_platform platform;

    memset(&boot_info, 0, sizeof(boot_info));
    memset(&platform, 0, sizeof(platform));
    tree_read_ram(fdt);
    tree_read_chosen(fdt);
    tree_read_reserved(fdt);
    (void)strlen(tree_loader(fdt));
    tree_read_devices(fdt, &platform);
    ranges_check();
    if (strnlen(boot_info.command_line, sizeof(boot_info.command_line)) ==
        sizeof(boot_info.command_line))
        broken("the command line has no end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tree tree;
    struct fdt fdt;
    const uint8_t *bytes;

    if (size == 0)
        return 0;
    if (data[0] % 4 == 0) {
        bytes = exact_copy(data + 1, --size);
    } else {
        tree = *tree_make();
        damage(tree.bytes, tree.size, data + 1, size - 1);
        size = tree.size;
        bytes = exact_copy(tree.bytes, size);
    }
    if (fdt_open(&fdt, bytes, size) == NULL)
        read(&fdt);
    return 0;
}
