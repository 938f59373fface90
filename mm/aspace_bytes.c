/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Bytes of an address space that need not be the current one, by way of the
 * physmap.
 */
#include "arch/arch.h"
#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/aspace_quota.h"
#include "mm/frame.h"
#include "mm/kspace.h"

void aspace_fill(const struct aspace *space, uint64_t at, const void *from,
                 size_t size)
{
    const char *bytes = from;

    while (size > 0) {
        uint64_t offset = at & PAGE_MASK;
        size_t part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
        char *page = kspace_pointer(ptab_page(&space->ptab, at));

        memcpy(page + offset, bytes, part);
        at += part;
        bytes += part;
        size -= part;
    }
}

size_t aspace_peek(const struct aspace *space, uint64_t at, void *to,
                   size_t size)
{
    const struct region *region = region_from(&space->list, at);
    uint64_t offset = at & PAGE_MASK;
    size_t part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
    unsigned prot;
    paddr_t page;

    if (region == NULL || region->start > at ||
        (region->kind != K_RGN_DATA && region->kind != K_RGN_IMAGE) ||
        !ptab_lookup(&space->ptab, page_down(at), &page, &prot))
        return 0;
    memcpy(to, (char *)kspace_pointer(page) + offset, part);
    return part;
}

/* Gives a page of an image to the space itself: a copy, freed with it. */
static bool page_own(struct aspace *space, const struct region *shared,
                     uint64_t at)
{
    struct region own = {
        .start = at,
        .size = PAGE_SIZE,
        .options = shared->options,
        .kind = K_RGN_DATA,
    };
    paddr_t page, copy;
    unsigned prot;

    if (!aspace_may_have_regions(space, 2) || frame_allocate(&copy) != K_OK)
        return false;
    if (!ptab_lookup(&space->ptab, at, &page, &prot) ||
        !ptab_unmap(&space->ptab, at, &page))
        panic("page 0x%lx of an image is not mapped", at);
    arch_tlb_flush_page(at); /* the space may be the current one */
    memcpy(kspace_pointer(copy), kspace_pointer(page), PAGE_SIZE);
    ptab_map(&space->ptab, at, copy, prot);
    region_remove(&space->list, at, PAGE_SIZE);
    region_add(&space->list, &own);
    space->page_count++;
    space->laid_out = false;
    aspace_account(space);
    return true;
}

size_t aspace_flip(struct aspace *space, uint64_t at, const void *mask,
                   size_t size)
{
    const struct region *region = region_from(&space->list, at);
    uint64_t offset = at & PAGE_MASK;
    size_t part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
    const char *bits = mask;
    char *memory;
    unsigned prot;
    paddr_t page;

    if (region == NULL || region->start > at ||
        (region->kind != K_RGN_DATA && region->kind != K_RGN_STACK &&
         region->kind != K_RGN_IMAGE))
        return 0;
    if (region->kind == K_RGN_IMAGE &&
        !page_own(space, region, page_down(at)))
        return 0;
    if (!ptab_lookup(&space->ptab, page_down(at), &page, &prot))
        panic("flipping 0x%lx, where nothing is mapped", at);
    memory = (char *)kspace_pointer(page) + offset;
    for (size_t i = 0; i < part; i++)
        memory[i] ^= bits[i];
    if (prot & PROT_EXEC)
        arch_code_sync(memory, part);
    ptab_note_write(&space->ptab, page_down(at));
    return part;
}
