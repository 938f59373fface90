/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A block of the bank is no region of the space that it is in: it has
 * its place in the bank's window by construction, where nothing else can be,
 * and no descriptor.  Whether it is there, and may be written to, is in the
 * page table and nowhere else; where it begins and ends, the bank knows
 * (mm/pmm.h).  So attaching one is little more than storing its entries: a
 * life that finds its blocks again waits for it.
 */
#include "kernel/assert.h"
#include "mm/aspace.h"
#include "mm/aspace_quota.h"

static unsigned block_prot(bool writable)
{
    return PROT_USER | PROT_READ | (writable ? PROT_WRITE : 0);
}

/* Makes the tables that lead to a block, which is rare: they stay. */
static __attribute__((noinline)) KnError tables_make(struct aspace *space,
                                                     uint64_t at,
                                                     uint64_t size)
{
    KnError error = K_ENOMEM;

    if (aspace_may_have_tables(space, at, size))
        error = ptab_reserve(&space->ptab, at, size);
    aspace_account(space);
    return error;
}

KnError aspace_attach_block(struct aspace *space, uaddr_t at, paddr_t memory,
                            uint64_t size, bool writable)
{
    unsigned prot = block_prot(writable);

    ASSERT(aspace_in_bank(at.raw));
    ASSERT(size <= ASPACE_BANK_END - at.raw);
    while (!ptab_map_run(&space->ptab, at.raw, memory, size, prot)) {
        if (tables_make(space, at.raw, size) != K_OK)
            return K_ENOMEM;
    }
    return K_OK;
}

void aspace_detach_block(struct aspace *space, uaddr_t at, uint64_t size)
{
    ASSERT(aspace_in_bank(at.raw));
    ptab_unmap_run(&space->ptab, at.raw, size, true); /* no need to ask */
}

void aspace_block_writable(struct aspace *space, uaddr_t at, uint64_t size,
                           bool writable)
{
    paddr_t memory;
    unsigned prot;

    ASSERT(aspace_in_bank(at.raw));
    if (!ptab_lookup(&space->ptab, at.raw, &memory, &prot))
        panic("a block is attached, and not mapped");
    ptab_unmap_run(&space->ptab, at.raw, size, true);
    if (!ptab_map_run(&space->ptab, at.raw, memory, size,
                      block_prot(writable)))
        panic("the tables of a block are gone");
}

bool aspace_block_at(const struct aspace *space, uaddr_t at, bool write)
{
    paddr_t memory;
    unsigned prot;

    return aspace_in_bank(at.raw) &&
           ptab_lookup(&space->ptab, page_down(at.raw), &memory, &prot) &&
           (!write || (prot & PROT_WRITE) != 0);
}
