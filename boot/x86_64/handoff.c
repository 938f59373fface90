/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From a Multiboot loader's tables to struct boot_info.  Nothing that a
 * loader says is believed further than a range check can carry it: what does
 * not fit is left out, and kmain() says what is missing.
 *
 * Runs on the early map: a physical address below 4 GiB is a pointer.
 */
#include "arch/arch.h"
#include "arch_layout.h"
#include "boot/boot_info.h"
#include "boot/warm.h"
#include "boot/x86_64/multiboot.h"
#include "drivers/power.h"
#include "kernel/klog.h"
#include "kernel/string.h"

/* The kernel maps no more RAM (mm/kspace.h). */
#define ADDRESS_MAX (1ull << 46)

/* A loader's tables are no larger: bytes.  A size beyond is none. */
#define TABLE_SIZE_MAX 0x100000u

static const void *early_pointer(uint64_t physical)
{
    return (const void *)(uintptr_t)physical;
}

static void copy_text(char *to, uint64_t physical, size_t size)
{
    string_copy(to, early_pointer(physical), size);
}

static uint64_t table_size(uint64_t told)
{
    return told < TABLE_SIZE_MAX ? told : TABLE_SIZE_MAX;
}

/* A loader that lists RAM twice means it once. */
static bool overlaps_known(uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *range = &boot_info.ranges[i];

        if (start < range->start.raw + range->size && range->start.raw < end)
            return true;
    }
    return false;
}

/* Keeps the whole pages of a RAM range; the first MiB belongs to firmware. */
static void add_range(uint64_t start, uint64_t size)
{
    uint64_t end = page_down(start + size);
    struct boot_range *range = &boot_info.ranges[boot_info.range_count];

    if (start > ADDRESS_MAX || size > ADDRESS_MAX - start ||
        boot_info.range_count == BOOT_RANGES_MAX)
        return;
    start = page_up(start < IMAGE_LOAD ? IMAGE_LOAD : start);
    if (start >= end || overlaps_known(start, end))
        return;
    *range = (struct boot_range){paddr(start), end - start};
    boot_info.range_count++;
}

/* The first module is the archive; others are ignored. */
static void add_module(uint32_t start, uint32_t end)
{
    if (boot_info.archive_size != 0 || end <= start)
        return;
    boot_info.archive = paddr(start);
    boot_info.archive_size = end - start;
}

static void read_mb1_memory(const struct mb1_info *info)
{
    uint64_t at = info->memory_map;
    uint64_t end = at + table_size(info->memory_map_size);

    while (at < end && end - at >= sizeof(struct mb1_range)) {
        const struct mb1_range *range = early_pointer(at);

        if (range->entry_size < sizeof(*range) - sizeof(range->entry_size))
            return;
        if (range->type == MB_RANGE_RAM)
            add_range(range->start, range->size);
        at += range->entry_size + sizeof(range->entry_size);
    }
}

/* A Multiboot 1 command line begins with the name of the kernel's file. */
static uint64_t skip_word(uint64_t physical)
{
    const char *text = early_pointer(physical);
    size_t at = 0;

    while (at < TABLE_SIZE_MAX && text[at] != '\0' && text[at] != ' ')
        at++;
    while (at < TABLE_SIZE_MAX && text[at] == ' ')
        at++;
    return physical + at;
}

static void read_mb1(const struct mb1_info *info)
{
    struct mb1_module module;

    if (info->flags & MB1_HAS_COMMAND_LINE)
        copy_text(boot_info.command_line,
                  skip_word(info->command_line),
                  sizeof(boot_info.command_line));
    if (info->flags & MB1_HAS_LOADER_NAME)
        copy_text(boot_info.loader, info->loader_name,
                  sizeof(boot_info.loader));
    if ((info->flags & MB1_HAS_MODULES) && info->module_count > 0) {
        memcpy(&module, early_pointer(info->modules), sizeof(module));
        add_module(module.start, module.end);
    }
    if (info->flags & MB1_HAS_MEMORY_MAP)
        read_mb1_memory(info);
}

/* The caller has made sure that the whole tag is there. */
static void read_mb2_memory(const struct mb2_memory_map *map)
{
    uint64_t at = sizeof(*map), size = map->tag.size;

    if (size < sizeof(*map) || map->entry_size < sizeof(struct mb2_range))
        return;
    for (; size - at >= map->entry_size; at += map->entry_size) {
        struct mb2_range range;

        memcpy(&range, (const char *)map + at, sizeof(range));
        if (range.type == MB_RANGE_RAM)
            add_range(range.start, range.size);
    }
}

/* Text that may lack its end goes to the end of its tag. */
static void copy_tag_text(char *to, const struct mb2_tag *tag, size_t size)
{
    size_t room = tag->size - sizeof(*tag) + 1;

    string_copy(to, (const char *)(tag + 1), room < size ? room : size);
}

static void read_mb2_tag(const struct mb2_tag *tag)
{
    const struct mb2_module *module = (const void *)tag;
    const char *text = (const char *)(tag + 1);

    switch (tag->type) {
    case MB2_COMMAND_LINE:
        copy_tag_text(boot_info.command_line, tag,
                      sizeof(boot_info.command_line));
        break;
    case MB2_LOADER_NAME:
        copy_tag_text(boot_info.loader, tag, sizeof(boot_info.loader));
        break;
    case MB2_MODULE:
        if (tag->size >= sizeof(*module))
            add_module(module->start, module->end);
        break;
    case MB2_MEMORY_MAP:
        read_mb2_memory((const void *)tag);
        break;
    case MB2_ACPI_OLD:
    case MB2_ACPI_NEW: /* the tag holds a copy; its tables stay in place */
        boot_info.platform.tables = (uintptr_t)text;
        break;
    }
}

static void read_mb2(const struct mb2_info *info)
{
    uint64_t at = sizeof(*info), size = table_size(info->size);

    while (at < size && size - at >= sizeof(struct mb2_tag)) {
        const struct mb2_tag *tag = (const void *)((const char *)info + at);

        if (tag->type == MB2_END || tag->size < sizeof(*tag) ||
            tag->size > size - at)
            return;
        read_mb2_tag(tag);
        at += ((uint64_t)tag->size + 7u) & ~7ull;
    }
}

static void handoff_cold(uint64_t magic, uint64_t table)
{
    memset(&boot_info, 0, sizeof(boot_info));
    boot_info.cause = BOOT_COLD;
    string_copy(boot_info.machine, "pc", sizeof(boot_info.machine));
    string_copy(boot_info.loader, "unknown loader", sizeof(boot_info.loader));
    if (magic == MB1_LOADER_MAGIC)
        read_mb1(early_pointer(table));
    else if (magic == MB2_LOADER_MAGIC)
        read_mb2(early_pointer(table));
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
        handoff_cold(magic, table);
}
