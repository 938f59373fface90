/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory of one address space as the first contents of a region in another.
 */
#include "mm/aspace.h"

#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/kspace.h"

/* What the range must be made of.  Blocks of the bank are out of reach: the
 * kernel keeps them out of its own map. */
static KnError source_check(const struct aspace *space, uint64_t start,
                            uint64_t size)
{
    if (!page_aligned(start))
        return K_EROUND;
    if (size == 0 || size > ASPACE_MAX)
        return K_ESIZE;
    if (!aspace_allows(space, uaddr(start), page_up(size), false))
        return K_EADDR;
    if (start < ASPACE_BANK_END && start + page_up(size) > ASPACE_BANK_BASE)
        return K_EPROT;
    return K_OK;
}

static char *page_of(const struct aspace *space, uint64_t at)
{
    unsigned prot;
    paddr_t page;

    if (!ptab_lookup(&space->ptab, at, &page, &prot))
        panic("page 0x%lx of a region is not mapped", at);
    return kspace_pointer(page);
}

KnError aspace_init_from(struct aspace *space, KnRgnDesc *desc,
                         const struct aspace *source, const KnRgnDesc *from)
{
    KnError error = source_check(source, from->startAddr, from->size);

    if (error == K_OK && (desc->options & K_RESERVED))
        error = K_EINVAL;
    if (error == K_OK && desc->size > 0 && desc->size <= ASPACE_MAX &&
        page_up(desc->size) != page_up(from->size))
        error = K_ESIZE;
    if (error == K_OK)
        error = aspace_allocate(space, desc);
    if (error != K_OK)
        return error;
    for (uint64_t done = 0; done < desc->size; done += PAGE_SIZE) {
        char *to = page_of(space, desc->startAddr + done);

        memcpy(to, page_of(source, from->startAddr + done), PAGE_SIZE);
        if (desc->options & K_EXECUTABLE)
            arch_code_sync(to, PAGE_SIZE);
    }
    return K_OK;
}
