/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the device tree that a Linux loader hands over to struct boot_info.
 * Nothing that it says is believed further than a range check can carry it:
 * what does not fit is left out, and kmain() says what is missing.
 *
 * Runs on the early map: a physical address below 4 GiB is a pointer.
 */
#include "arch/arch.h"
#include "boot/aarch64/tree.h"
#include "boot/warm.h"
#include "drivers/console.h"
#include "drivers/power.h"
#include "kernel/format.h"
#include "kernel/klog.h"
#include "kernel/string.h"

/* A tree is at most 2 MiB, says the boot protocol, and lies on 8 bytes. */
#define TREE_SIZE_MAX 0x200000u
#define TREE_ALIGNMENT 8

static const void *early_pointer(uint64_t physical)
{
    return (const void *)(uintptr_t)physical;
}

static const char *tree_open(struct fdt *fdt, uint64_t table)
{
    if (table == 0)
        return "the loader gave none";
    if (table % TREE_ALIGNMENT != 0 ||
        table - BOARD_RAM > BOARD_RAM_END - BOARD_RAM - TREE_SIZE_MAX)
        return "the loader's pointer is not one";
    return fdt_open(fdt, early_pointer(table), TREE_SIZE_MAX);
}

/* Without a tree not even the RAM is known: say so where boards of this kind
 * have their console. */
static _Noreturn void refuse(const char *wrong)
{
    console_init();
    klog("\nboot: no device tree: %s\n", wrong);
    power_fail();
}

static void handoff_cold(unsigned level, uint64_t table)
{
    struct fdt fdt;
    const char *wrong;

    memset(&boot_info, 0, sizeof(boot_info));
    boot_info.cause = BOOT_COLD;
    string_copy(boot_info.machine, BOARD_NAME, sizeof(boot_info.machine));
    boot_info.platform = board_platform;
    wrong = tree_open(&fdt, table);
    if (wrong != NULL)
        refuse(wrong);
    boot_info.tables = (struct boot_range){paddr(table), fdt.size};
    tree_read_ram(&fdt);
    tree_read_chosen(&fdt);
    tree_read_reserved(&fdt);
    format_text(boot_info.loader, sizeof(boot_info.loader), "%s at EL%u",
                tree_loader(&fdt), level);
    tree_read_devices(&fdt, &boot_info.platform);
    warm_prepare();
    power_find(&boot_info.platform);
    boot_info_keep();
}

void handoff(uint64_t magic, uint64_t table)
{
    arch_find();
    if (magic == WARM_MAGIC)
        warm_begin(table != 0);
    else
        handoff_cold((unsigned)magic, table);
}
