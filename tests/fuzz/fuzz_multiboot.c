/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A Multiboot loader's tables, both versions, damaged or just bytes.  The
 * early map reaches all of the first 4 GiB, and a program here does not: the
 * pointers of version 1 are led into the tables again.
 */
/* sources: boot/x86_64/handoff.c boot/warm.c kernel/text.c */
/* sources: tests/fuzz/damage.c */
/* sources: $(FUZZ_FAKE) */
/* The fake machine has another platform: this one comes first. */
#include "arch/x86_64/arch_layout.h"
#include "arch/x86_64/arch_platform.h"

#include <string.h>

#include "boot/boot_info.c"
#include "boot/x86_64/multiboot.h"
#include "damage.h"
#include "drivers/power.h"

#define ARENA 0x10000000u
#define ARENA_SIZE 0x400000u /* more than any size that is believed */
#define TABLES_MAX 4096u

/* One after the other, as in the image. */
__asm__(".data; .globl image_start, image_end, image_spare\n\t"
        "image_start: .quad 1; image_end: .quad 2\n\t"
        "image_spare: .quad 3; .text");

/* The map of the fake machine has no other half. */
void power_find(struct boot_platform *platform)
{
    (void)platform;
}

_Noreturn void power_reset(void)
{
    broken("a cold start resets the machine");
}

static uint8_t *arena_begin(void)
{
    static uint8_t *arena;

    if (arena == NULL)
        arena = memory_at(ARENA, ARENA_SIZE);
    memset(arena, 0, 2 * TABLES_MAX);
    return arena;
}

static uint64_t mb1_make(uint8_t *arena)
{
    struct mb1_info info = {
        .flags = 0xffffffff,
        .command_line = ARENA + 0x200,
        .module_count = 1,
        .modules = ARENA + 0x300,
        .memory_map_size = 3 * sizeof(struct mb1_range),
        .memory_map = ARENA + 0x400,
        .loader_name = ARENA + 0x500,
    };
    struct mb1_module module = {0x4000000, 0x4100000, 0, 0};
    struct mb1_range range = {20, 0x100000, 0x10000000, MB_RANGE_RAM};

    memcpy(arena, &info, sizeof(info));
    strcpy((char *)arena + 0x200, "kernel pmm.maxBlocks=7");
    memcpy(arena + 0x300, &module, sizeof(module));
    for (unsigned i = 0; i < 3; i++) {
        range.start += i * 0x20000000ull;
        memcpy(arena + 0x400 + i * sizeof(range), &range, sizeof(range));
    }
    strcpy((char *)arena + 0x500, "fuzz");
    return 0x600;
}

/* Where a pointer would lead out of the arena, it leads in. */
static void mb1_lead_in(uint8_t *arena)
{
    struct mb1_info *info = (void *)arena;

    info->command_line = ARENA + info->command_line % TABLES_MAX;
    info->modules = ARENA + info->modules % TABLES_MAX;
    info->memory_map = ARENA + info->memory_map % TABLES_MAX;
    info->loader_name = ARENA + info->loader_name % TABLES_MAX;
}

static size_t tag_add(uint8_t *at, uint32_t type, const void *data,
                      uint32_t size)
{
    struct mb2_tag tag = {type, (uint32_t)sizeof(tag) + size};

    memcpy(at, &tag, sizeof(tag));
    memcpy(at + sizeof(tag), data, size);
    return (tag.size + 7u) & ~7u;
}

static uint64_t mb2_make(uint8_t *arena)
{
    static const struct {
        uint32_t entry_size, entry_version;
        struct mb2_range ranges[2];
    } map = {sizeof(struct mb2_range), 0,
             {{0x100000, 0x10000000, 1, 0}, {0x100000000, 0x10000000, 1, 0}}};
    static const uint32_t module[] = {0x4000000, 0x4100000, 0x61};
    uint32_t head[2] = {0, 0};
    size_t at = sizeof(head);

    at += tag_add(arena + at, MB2_COMMAND_LINE, "kernel a=b", 11);
    at += tag_add(arena + at, MB2_LOADER_NAME, "fuzz", 5);
    at += tag_add(arena + at, MB2_MODULE, module, sizeof(module));
    at += tag_add(arena + at, MB2_MEMORY_MAP, &map, sizeof(map));
    at += tag_add(arena + at, MB2_ACPI_NEW, "RSD PTR ", 8);
    at += tag_add(arena + at, MB2_END, "", 0);
    head[0] = (uint32_t)at;
    memcpy(arena, head, sizeof(head));
    return at;
}

static bool ends(const char *text, size_t size)
{
    return strnlen(text, size) < size;
}

static void check(void)
{
    if (boot_info.range_count > BOOT_RANGES_MAX)
        broken("more ranges than there is room for");
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *a = &boot_info.ranges[i];
        uint64_t end = a->start.raw + a->size;

        if (!page_aligned(a->start.raw | a->size) || a->size == 0 ||
            end < a->start.raw || a->start.raw < IMAGE_LOAD)
            broken("a range is none");
        for (unsigned j = 0; j < i; j++) {
            const struct boot_range *b = &boot_info.ranges[j];

            if (a->start.raw < b->start.raw + b->size && b->start.raw < end)
                broken("ranges overlap");
        }
    }
    if (!ends(boot_info.command_line, sizeof(boot_info.command_line)) ||
        !ends(boot_info.loader, sizeof(boot_info.loader)))
        broken("a text has no end");
    if (!boot_info_valid())
        broken("the record is not sealed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *arena = arena_begin();
    bool second;
    uint64_t used;

    if (size == 0)
        return 0;
    second = data[0] % 2 == 0;
    if (data[0] % 8 < 2) {
        used = size - 1 < TABLES_MAX ? size - 1 : TABLES_MAX;
        memcpy(arena, data + 1, used);
    } else {
        used = second ? mb2_make(arena) : mb1_make(arena);
        damage(arena, used, data + 1, size - 1);
    }
    if (!second)
        mb1_lead_in(arena);
    handoff(second ? MB2_LOADER_MAGIC : MB1_LOADER_MAGIC, ARENA);
    check();
    return 0;
}
