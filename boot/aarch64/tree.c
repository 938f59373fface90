/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory, command line and archive from the device tree.
 */
#include "boot/aarch64/tree.h"

#include "kernel/string.h"

/* The node of a bank that the machine's owner has set aside. */
#define BANK_COMPATIBLE "reprise,bank"

/* Keeps the whole pages of a RAM range; what lies below the kernel belongs to
 * firmware. */
static void add_range(uint64_t start, uint64_t size)
{
    uint64_t end = page_down(start + size);
    struct boot_range *range = &boot_info.ranges[boot_info.range_count];

    if (boot_info.range_count == BOOT_RANGES_MAX)
        return;
    start = page_up(start < IMAGE_LOAD ? IMAGE_LOAD : start);
    if (start >= end)
        return;
    *range = (struct boot_range){paddr(start), end - start};
    boot_info.range_count++;
}

/* Takes a piece out of the ranges; what lies behind it becomes one more. */
static void cut_ranges(const struct fdt_range *cut)
{
    uint64_t start = page_down(cut->start);
    uint64_t end = page_up(cut->start + cut->size);
    unsigned count = boot_info.range_count;

    for (unsigned i = 0; i < count; i++) {
        struct boot_range *range = &boot_info.ranges[i];
        uint64_t range_start = range->start.raw;
        uint64_t range_end = range_start + range->size;

        if (end <= range_start || range_end <= start)
            continue;
        range->size = start > range_start ? start - range_start : 0;
        if (end < range_end)
            add_range(end, range_end - end);
    }
}

static void drop_empty_ranges(void)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < boot_info.range_count; i++) {
        if (boot_info.ranges[i].size > 0)
            boot_info.ranges[kept++] = boot_info.ranges[i];
    }
    boot_info.range_count = kept;
}

void tree_read_ram(const struct fdt *fdt)
{
    struct fdt_node node = fdt_root(fdt);
    struct fdt_value type;
    struct fdt_range range;

    while (fdt_next(fdt, &node)) {
        fdt_property(fdt, &node, "device_type", &type);
        if (strcmp(fdt_text(&type), "memory") != 0 ||
            !fdt_is_enabled(fdt, &node))
            continue;
        for (unsigned i = 0; fdt_registers(fdt, &node, i, &range); i++)
            add_range(range.start, range.size);
    }
}

static void read_reserved_node(const struct fdt *fdt,
                               const struct fdt_node *node)
{
    struct fdt_range range;

    for (unsigned i = 0; fdt_registers(fdt, node, i, &range); i++) {
        if (i == 0 && fdt_is_compatible(fdt, node, BANK_COMPATIBLE))
            boot_info.bank =
                (struct boot_range){paddr(range.start), range.size};
        else
            cut_ranges(&range);
    }
}

void tree_read_reserved(const struct fdt *fdt)
{
    struct fdt_range range;
    struct fdt_node node;
    unsigned depth;

    for (unsigned i = 0; fdt_reservation(fdt, i, &range); i++) {
        if (range.size <= UINT64_MAX / 2 && range.start <= UINT64_MAX / 2)
            cut_ranges(&range);
    }
    if (fdt_find(fdt, "/reserved-memory", &node)) {
        depth = node.depth;
        while (fdt_next(fdt, &node) && node.depth > depth) {
            if (fdt_is_enabled(fdt, &node))
                read_reserved_node(fdt, &node);
        }
    }
    drop_empty_ranges();
}

static bool in_ram(uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *range = &boot_info.ranges[i];

        if (start >= range->start.raw && end > start &&
            end <= range->start.raw + range->size)
            return true;
    }
    return false;
}

static void read_archive(const struct fdt *fdt, const struct fdt_node *chosen)
{
    struct fdt_value start, end;

    fdt_property(fdt, chosen, "linux,initrd-start", &start);
    fdt_property(fdt, chosen, "linux,initrd-end", &end);
    if (!in_ram(fdt_number(&start), fdt_number(&end)))
        return;
    boot_info.archive = paddr(fdt_number(&start));
    boot_info.archive_size = fdt_number(&end) - fdt_number(&start);
}

void tree_read_chosen(const struct fdt *fdt)
{
    struct fdt_node chosen;
    struct fdt_value value;

    if (!fdt_find(fdt, "/chosen", &chosen))
        return;
    if (fdt_property(fdt, &chosen, "bootargs", &value))
        string_copy(boot_info.command_line, fdt_text(&value),
                    sizeof(boot_info.command_line));
    read_archive(fdt, &chosen);
}

const char *tree_loader(const struct fdt *fdt)
{
    struct fdt_node chosen;
    struct fdt_value value;

    if (fdt_find(fdt, "/chosen", &chosen) &&
        fdt_property(fdt, &chosen, "u-boot,version", &value))
        return "U-Boot";
    return "a Linux loader";
}
