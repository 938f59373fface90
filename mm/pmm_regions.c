/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The blocks that an actor holds, among the addresses of its space.
 */
#include "mm/aspace.h"
#include "mm/pmm_core.h"

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
