/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files mm/pmm*.c share and nobody else sees.
 */
#ifndef MM_PMM_CORE_H
#define MM_PMM_CORE_H

#include "mm/pmm.h"

/* Those who may hold blocks: struct pmm_holder.link. */
struct link *pmm_holders(void);

/* Whether somebody holds the block in a slot. */
bool pmm_block_held(unsigned slot);

/* Makes a name of one that is of the medium RAM, not empty, and has an end; or
 * K_EINVAL. */
KnError pmm_name_make(const PmmName *name, struct bank_name *made)
    __attribute__((warn_unused_result));

/* The same, and K_EPRIV for one that holder may not use. */
KnError pmm_name_take(const struct pmm_holder *holder, const PmmName *name,
                      struct bank_name *made)
    __attribute__((warn_unused_result));

/* Where all who hold a block see it. */
uaddr_t pmm_block_place(const struct bank_block *block);

#endif
