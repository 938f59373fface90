/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's own address space.
 */
#include "mm/kspace.h"

#include "arch/arch.h"
#include "boot/image.h"
#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/ptab.h"

#define RW (PROT_READ | PROT_WRITE)

/* Where the pages of the metadata are written that are open: an entry's and a
 * header's of each copy; and as many again for a panic that broke into that and
 * has last words to write. */
#define OPEN_MAX 16u

static struct {
    struct ptab ptab;
    uint64_t devices_used;
    uint64_t bank_size;
    pte_t bank_leaf;     /* of its first page */
    pte_t *open_entries; /* of KSPACE_BANK_OPEN and behind */
    pte_t *window_entry;
    unsigned open_count; /* pages that are writable there */
    bool window_open;
} kspace;

void *kspace_pointer(paddr_t address)
{
    return (void *)(uintptr_t)(KSPACE_PHYSMAP + address.raw);
}

paddr_t kspace_physical(const void *pointer)
{
    uint64_t address = (uintptr_t)pointer;

    ASSERT(address >= KSPACE_PHYSMAP);
    ASSERT(address < KSPACE_DEVICES);
    return paddr(address - KSPACE_PHYSMAP);
}

static uint64_t address_of(const char *mark)
{
    return (uintptr_t)mark;
}

static void map_image_part(const char *start, const char *end, unsigned prot)
{
    ptab_map_range(&kspace.ptab, address_of(start),
                   arch_image_physical(start), (uint64_t)(end - start), prot);
}

static void map_image(void)
{
    map_image_part(image_start, text_end, PROT_READ | PROT_EXEC);
    map_image_part(text_end, image_end, PROT_READ);
    map_image_part(data_start, kernel_stack_guard, RW);
    map_image_part(kernel_stack, image_spare, RW);
}

/* Maps the parts of [start, end) that lie outside the holes. */
static void map_around(uint64_t start, uint64_t end,
                       const struct frame_hole *holes, unsigned hole_count)
{
    if (start >= end)
        return;
    for (unsigned i = 0; i < hole_count; i++) {
        uint64_t hole = holes[i].start.raw;
        uint64_t hole_end = page_up(hole + holes[i].size);

        if (holes[i].size == 0 || hole_end <= start || end <= hole)
            continue;
        map_around(start, page_down(hole), holes, hole_count);
        map_around(hole_end, end, holes, hole_count);
        return;
    }
    ptab_map_range(&kspace.ptab, KSPACE_PHYSMAP + start, paddr(start),
                   end - start, RW);
}

/* Every root must share the kernel's half, so its top entries are made now. */
static void reserve_slot(uint64_t address, uint64_t size)
{
    if (ptab_reserve(&kspace.ptab, address, size) != K_OK)
        panic("no frames for the kernel's own map");
}

void kspace_init(const struct boot_info *info, const struct frame_hole *holes,
                 unsigned hole_count)
{
    if (ptab_create(&kspace.ptab) != K_OK)
        panic("no frame for the kernel's own map");
    map_image();
    for (unsigned i = 0; i < info->range_count; i++) {
        uint64_t start = info->ranges[i].start.raw;

        map_around(start, start + info->ranges[i].size, holes, hole_count);
    }
    if (info->archive_size > 0) {
        uint64_t start = page_down(info->archive.raw);
        uint64_t end = page_up(info->archive.raw + info->archive_size);

        ptab_map_range(&kspace.ptab, KSPACE_PHYSMAP + start, paddr(start),
                       end - start, PROT_READ);
    }
    reserve_slot(KSPACE_DEVICES, PAGE_SIZE);
    reserve_slot(KSPACE_BANK, PAGE_SIZE);
    reserve_slot(KSPACE_BANK_OPEN, PAGE_SIZE);
    reserve_slot(KSPACE_WINDOW, PAGE_SIZE);
    kspace.open_entries = ptab_entry(&kspace.ptab, KSPACE_BANK_OPEN);
    kspace.window_entry = ptab_entry(&kspace.ptab, KSPACE_WINDOW);
    arch_ptab_activate_kernel(kspace.ptab.root);
}

const pte_t *kspace_root(void)
{
    return kspace_pointer(kspace.ptab.root);
}

volatile void *kspace_map_device(paddr_t address, size_t size)
{
    uint64_t start = page_down(address.raw);
    uint64_t pages = page_up(address.raw + size) - start;
    uint64_t at = KSPACE_DEVICES + kspace.devices_used;

    ptab_map_range(&kspace.ptab, at, paddr(start), pages, RW | PROT_DEVICE);
    kspace.devices_used += pages;
    return (volatile void *)(uintptr_t)(at + (address.raw - start));
}

const void *kspace_map_bank(paddr_t address, size_t size)
{
    uint64_t mapped = kspace.bank_size;

    ASSERT(size >= mapped);
    ASSERT(size <= KSPACE_BANK_OPEN - KSPACE_BANK);
    kspace.bank_leaf = arch_pte_leaf(address, RW, 0);
    kspace.bank_size = page_up(size);
    ptab_map_range(&kspace.ptab, KSPACE_BANK + mapped,
                   paddr_add(address, mapped), kspace.bank_size - mapped,
                   PROT_READ);
    return (const void *)(uintptr_t)KSPACE_BANK;
}

void *kspace_table(size_t size)
{
    paddr_t start;

    ASSERT(size > 0);
    return frame_allocate_run(page_up(size) >> PAGE_SHIFT, &start) == K_OK
               ? kspace_pointer(start)
               : NULL;
}

static inline char *page_open(const void *place, unsigned door)
{
    uint64_t offset = (uintptr_t)place - KSPACE_BANK;

    ASSERT(offset < kspace.bank_size);
    kspace.open_entries[door] = kspace.bank_leaf + page_down(offset);
    return (char *)(uintptr_t)(KSPACE_BANK_OPEN + door * PAGE_SIZE +
                               (offset & PAGE_MASK));
}

struct kspace_opened kspace_bank_unlock(const void *place, const void *other)
{
    unsigned door = kspace.open_count;
    struct kspace_opened opened;

    ASSERT(door + 2 <= OPEN_MAX);
    kspace.open_count = door + 2;
    opened.place = page_open(place, door);
    opened.other = page_open(other, door + 1);
    arch_ptab_written();
    return opened;
}

void kspace_bank_lock(void)
{
    unsigned count = kspace.open_count;

    ASSERT(count > 0);
    kspace.open_count = 0;
    for (unsigned number = 0; number < count; number++) {
        kspace.open_entries[number] = 0;
        arch_tlb_flush_page(KSPACE_BANK_OPEN + number * PAGE_SIZE);
    }
}

void *kspace_window_open(paddr_t page)
{
    ASSERT(!kspace.window_open);
    ASSERT(page_aligned(page.raw));
    kspace.window_open = true;
    *kspace.window_entry = arch_pte_leaf(page, RW, 0);
    arch_ptab_written();
    return (void *)(uintptr_t)KSPACE_WINDOW;
}

void kspace_window_close(void)
{
    ASSERT(kspace.window_open);
    *kspace.window_entry = 0;
    arch_tlb_flush_page(KSPACE_WINDOW);
    kspace.window_open = false;
}
