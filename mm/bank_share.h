/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What user actors may have of the bank.  Blocks outlive lives, and so all
 * actors of one account have one share.  The account is the name of an image:
 * an actor can change its own name, and choose that of one it starts.
 */
#ifndef MM_BANK_SHARE_H
#define MM_BANK_SHARE_H

#include "mm/bank.h"

/* What actors of one account may have, and what all of them together leave for
 * trusted actors.  None is set at the start: they may have all. */
struct bank_share {
    uint64_t bytes, reserve_bytes;
    unsigned blocks, reserve_blocks;
};
void bank_share_set(const struct bank_share *share);
const struct bank_share *bank_share(void);

/* The blocks that were allocated on that account, and their bytes. */
unsigned bank_owned(const char *owner, uint64_t *bytes);

/* Whether that account may have a block more, of that size; owner is NULL for
 * a trusted actor.  K_OK, also for a size that no block has; K_EFULL: no
 * more blocks; K_ESPACE: no more bytes. */
KnError bank_share_check(const char *owner, uint64_t size)
    __attribute__((warn_unused_result));

#endif
