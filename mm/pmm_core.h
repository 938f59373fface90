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

/* Whether a name is of the medium RAM, not empty, and has an end. */
bool pmm_name_is_whole(const PmmName *name);

/* K_OK, K_EINVAL or K_EPRIV: whether holder may use that name. */
KnError pmm_name_check(const struct pmm_holder *holder, const PmmName *name);

/* Where all who hold a block see it. */
uaddr_t pmm_block_place(const struct bank_block *block);

#endif
