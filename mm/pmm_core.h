/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files mm/pmm*.c share and nobody else sees.
 */
#ifndef MM_PMM_CORE_H
#define MM_PMM_CORE_H

#include "mm/aspace.h"
#include "mm/pmm.h"

/* How many hold the block in a slot; and those, one after the other: the one
 * behind last, or the first for NULL; NULL: there is none. */
unsigned pmm_block_held(unsigned slot);
const struct pmm_holding *pmm_block_next(unsigned slot,
                                         const struct pmm_holding *last);

/* Whether holder is one of them. */
bool pmm_holds(const struct pmm_holder *holder, unsigned slot);

/* Lets holder have a block, if it does not have it: K_EBUSY: it is another's,
 * and not both are trusted.  K_EFAIL: nobody has it, and its seal is broken.
 * K_ENOMEM: no memory. */
KnError pmm_attach(struct pmm_holder *holder, unsigned slot,
                   const struct bank_block *block)
    __attribute__((warn_unused_result));

/* Takes a block from all who have it; nobody remembers having had it either. */
void pmm_detach_all(unsigned slot);

/* Those who rest between two lives, one after the other, as above. */
struct pmm_holder *pmm_resting_next(const struct pmm_holder *last);

/* Makes a list of the blocks with the key of a restart group; how many. */
unsigned pmm_find_group(int group, struct bank_list *list);

/* Whether a name is the system's; eight bytes of it can be read. */
bool pmm_name_is_system(const char *name);

/* Makes a name of one that is of the medium RAM, not empty, and has an end; or
 * K_EINVAL. */
KnError pmm_name_make(const PmmName *name, struct bank_name *made)
    __attribute__((warn_unused_result));

/* The same, and K_EPRIV for one that holder may not use. */
KnError pmm_name_take(const struct pmm_holder *holder, const PmmName *name,
                      struct bank_name *made)
    __attribute__((warn_unused_result));

/* Where all who hold a block see it. */
static inline uaddr_t pmm_block_place(const struct bank_block *block)
{
    return uaddr(ASPACE_BANK_BASE + block->offset);
}

#endif
