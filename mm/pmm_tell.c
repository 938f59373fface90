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
    found->start = UINT64_MAX;
    for (int i = bank_set_next(&holder->held, 0); i >= 0;
         i = bank_set_next(&holder->held, i + 1)) {
        struct bank_block block = bank_block((unsigned)i);
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

unsigned pmm_stat(const struct pmm_holder *holder, const KnRgnDesc *desc,
                  KnRgnStat *stat, unsigned max)
{
    uint64_t end = desc->startAddr + desc->size;
    struct region block;
    unsigned count = 0;

    for (uint64_t at = desc->startAddr;
         pmm_held_from(holder, at, &block) && block.start < end;
         at = block.start + block.size) {
        if (count < max)
            stat[count] = (KnRgnStat){
                .startAddr = block.start,
                .size = block.size,
                .options = block.options,
                .kind = block.kind,
            };
        count++;
    }
    return count;
}

/* ---- All ----------------------------------------------------------------- */

static void info_fill(PmmBlockInfo *info, unsigned slot)
{
    const struct link *holders = pmm_holders();
    struct bank_block block = bank_block(slot);

    memset(info, 0, sizeof(*info));
    string_copy(info->name, block.name, sizeof(info->name));
    memcpy(info->delKey, block.key, block.key_size);
    info->delKeySize = block.key_size;
    string_copy(info->owner, block.owner, sizeof(info->owner));
    info->addr = pmm_block_place(&block).raw;
    info->size = block.size;
    info->holder = -1;
    info->flags = (block.sealed ? PMM_SEALED : 0) |
                  (bank_seal_broken(slot) ? PMM_BROKEN : 0);
    for (struct link *link = holders->next; link != holders;
         link = link->next) {
        const struct pmm_holder *holder =
            LIST_ENTRY(link, struct pmm_holder, link);

        if (!bank_set_has(&holder->held, slot))
            continue;
        info->inUse++;
        info->holder = holder->aid;
    }
}

unsigned pmm_list(PmmBlockInfo *array, unsigned max)
{
    const struct bank_set *used = bank_used();
    unsigned count = 0;

    for (int i = bank_set_next(used, 0); i >= 0;
         i = bank_set_next(used, i + 1)) {
        if (count < max)
            info_fill(&array[count], (unsigned)i);
        count++;
    }
    return count;
}
