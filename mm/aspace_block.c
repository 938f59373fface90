/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Blocks of the bank that are attached, and may be written to or not.
 */
#include "kernel/assert.h"
#include "mm/aspace.h"

void aspace_block_writable(struct aspace *space, uaddr_t at, bool writable)
{
    struct region *region = region_from(&space->list, at.raw);
    unsigned prot = PROT_USER | PROT_READ | (writable ? PROT_WRITE : 0);
    uint64_t end;

    ASSERT(region != NULL);
    ASSERT(region->kind == K_RGN_BLOCK);
    ASSERT(region->start == at.raw);
    region->options = writable ? K_WRITABLE : 0;
    end = region->start + region->size;
    for (uint64_t page_at = region->start; page_at < end;
         page_at += PAGE_SIZE) {
        paddr_t page;

        if (!ptab_unmap(&space->ptab, page_at, &page))
            panic("a block is attached, and not mapped");
        arch_tlb_flush_page(page_at);
        ptab_map(&space->ptab, page_at, page, prot);
    }
}
