/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sealed blocks as actors have them: mapped, and not to be written to.
 */
#include "mm/aspace.h"
#include "mm/pmm_core.h"

/* What its holders can do with a block, by its seal. */
static void block_protect(unsigned slot, bool writable)
{
    struct bank_block block = bank_block(slot);
    const struct pmm_holding *at = NULL;

    while ((at = pmm_block_next(slot, at)) != NULL)
        aspace_block_writable(at->holder->space, pmm_block_place(&block),
                              block.size, writable);
}

/* The slot of the block of that name, or an error. */
static int block_named(const struct pmm_holder *holder, const PmmName *name)
{
    struct bank_name made;
    KnError error = pmm_name_take(holder, name, &made);

    return error == K_OK ? bank_find_name(&made) : error;
}

KnError pmm_seal(struct pmm_holder *holder, const PmmName *name)
{
    int found = block_named(holder, name);
    unsigned slot = (unsigned)found;

    if (found < 0)
        return found;
    if (!pmm_holds(holder, slot))
        return K_EPRIV;
    if (bank_block(slot).sealed)
        return K_OK;
    block_protect(slot, false);
    bank_seal(slot);
    return K_OK;
}

KnError pmm_unseal(struct pmm_holder *holder, const PmmName *name)
{
    int found = block_named(holder, name);
    unsigned slot = (unsigned)found;

    if (found < 0)
        return found;
    if (!pmm_holds(holder, slot) && pmm_block_held(slot) > 0)
        return K_EBUSY;
    if (!bank_block(slot).sealed)
        return K_OK;
    bank_unseal(slot); /* before anybody can write */
    block_protect(slot, true);
    return K_OK;
}
