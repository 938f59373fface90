/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What user actors may have of the bank.
 */
#include "mm/bank_share.h"

#include "kernel/string.h"

static struct {
    struct bank_share share;
} shares = {{.bytes = UINT64_MAX, .blocks = BANK_CAPACITY_MAX}};

void bank_share_set(const struct bank_share *share)
{
    shares.share = *share;
}

const struct bank_share *bank_share(void)
{
    return &shares.share;
}

KnError bank_share_check(const char *owner, uint64_t size)
{
    const struct bank_share *share = &shares.share;
    struct bank_usage bank;
    uint64_t bytes;
    unsigned blocks;

    if (owner == NULL)
        return K_OK;
    bank = bank_usage();
    if (size == 0 || size > bank.total)
        return K_OK;
    blocks = bank_owned(owner, &bytes);
    if (blocks >= share->blocks ||
        bank.blocks + share->reserve_blocks >= bank.blocks_max)
        return K_EFULL;
    size = page_up(size);
    if (bytes > share->bytes || size > share->bytes - bytes ||
        size + share->reserve_bytes > bank.free)
        return K_ESPACE;
    return K_OK;
}
