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

/* Half of the bank's slot shows the metadata read-only, for ever; the other
 * half is where they are written: nothing of it is mapped but the page that is
 * being written. */
#define BANK_WRITABLE (KSPACE_BANK + 0x200000)

/* As many as there are bits in a word. */
#define BANK_PAGES_MAX 64

static struct {
    struct ptab ptab;
    uint64_t devices_used;
    uint64_t bank_size;
    pte_t bank_leaf;     /* of its first page */
    pte_t *bank_entries; /* of BANK_WRITABLE and behind */
    pte_t *window_entry;
    uint64_t open; /* pages of it that are writable, a bit each */
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
    reserve_slot(BANK_WRITABLE, PAGE_SIZE);
    reserve_slot(KSPACE_WINDOW, PAGE_SIZE);
    kspace.bank_entries = ptab_entry(&kspace.ptab, BANK_WRITABLE);
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
    ASSERT(kspace.bank_size == 0);
    ASSERT(size <= BANK_PAGES_MAX * PAGE_SIZE);
    kspace.bank_leaf = arch_pte_leaf(address, RW, 0);
    kspace.bank_size = page_up(size);
    ptab_map_range(&kspace.ptab, KSPACE_BANK, address, kspace.bank_size,
                   PROT_READ);
    return (const void *)(uintptr_t)KSPACE_BANK;
}

void *kspace_bank_unlock(const void *place)
{
    uint64_t offset = (uintptr_t)place - KSPACE_BANK;
    uint64_t page = offset >> PAGE_SHIFT;

    /* It may be open: a panic that broke into a store writes last words. */
    ASSERT(offset < kspace.bank_size);
    kspace.open |= 1ull << page;
    kspace.bank_entries[page] = kspace.bank_leaf + page_down(offset);
    arch_ptab_written();
    return (void *)(uintptr_t)(BANK_WRITABLE + offset);
}

void kspace_bank_lock(void)
{
    uint64_t open = kspace.open;

    ASSERT(open != 0);
    kspace.open = 0;
    for (; open != 0; open &= open - 1) {
        uint64_t page = (uint64_t)__builtin_ctzll(open);

        kspace.bank_entries[page] = 0;
        arch_tlb_flush_page(BANK_WRITABLE + (page << PAGE_SHIFT));
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
