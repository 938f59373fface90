/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Telling of blocks: those that an actor holds, among the addresses of its
 * space, and all that there are.
 */
#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/pmm_core.h"

/* ---- Of one actor -------------------------------------------------------- */

bool pmm_held_from(const struct pmm_holder *holder, uint64_t address,
                   struct region *found)
{
    const struct pmm_holding *at = NULL;

    found->start = UINT64_MAX;
    while ((at = pmm_held_next(holder, at)) != NULL) {
        struct bank_block block = bank_block(at->slot);
        uint64_t start = pmm_block_place(&block).raw;

        if (start + block.size <= address || start > found->start)
            continue;
        found->start = start;
        found->size = block.size;
        found->options = block.sealed ? 0 : K_WRITABLE;
        found->kind = K_RGN_BLOCK;
    }
    return found->start != UINT64_MAX;
}

/* How many blocks of the holder have a byte in [start, end). */
static unsigned held_between(const struct pmm_holder *holder, uint64_t start,
                             uint64_t end)
{
    const struct pmm_holding *at = NULL;
    unsigned count = 0;

    while ((at = pmm_held_next(holder, at)) != NULL) {
        struct bank_block block = bank_block(at->slot);
        uint64_t place = pmm_block_place(&block).raw;

        count += place < end && place + block.size > start;
    }
    return count;
}

unsigned pmm_stat(const struct pmm_holder *holder, const KnRgnDesc *desc,
                  KnRgnStat *stat, unsigned max)
{
    uint64_t at = desc->startAddr, end = at + desc->size;
    unsigned total = held_between(holder, at, end);
    struct region block;

    for (unsigned i = 0; i < total && i < max; i++) {
        if (!pmm_held_from(holder, at, &block))
            break;
        stat[i] = (KnRgnStat){
            .startAddr = block.start,
            .size = block.size,
            .options = block.options,
            .kind = block.kind,
        };
        at = block.start + block.size;
    }
    return total;
}

/* ---- Of the bank --------------------------------------------------------- */

void pmm_describe(unsigned slot, PmmBlockInfo *info)
{
    struct bank_block block = bank_block(slot);
    const struct pmm_holding *holding = pmm_block_next(slot, NULL);

    memset(info, 0, sizeof(*info));
    string_copy(info->name, block.name, sizeof(info->name));
    memcpy(info->delKey, block.key, block.key_size);
    info->delKeySize = block.key_size;
    string_copy(info->owner, block.owner, sizeof(info->owner));
    info->addr = pmm_block_place(&block).raw;
    info->size = block.size;
    info->inUse = pmm_block_held(slot);
    info->holder = holding != NULL ? holding->holder->aid : -1;
    info->flags = (block.sealed ? PMM_SEALED : 0) |
                  (bank_seal_broken(slot) ? PMM_BROKEN : 0);
}
