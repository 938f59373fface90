/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Telling of blocks: those that an actor holds, among the addresses of its
 * space, and all that there are.
 */
#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/pmm_core.h"

/* ---- Of one actor -------------------------------------------------------- */

/* A block as a region would be told. */
static void as_region(unsigned slot, struct region *told)
{
    struct bank_block block = bank_block(slot);

    *told = (struct region){
        .start = pmm_block_place(&block).raw,
        .size = block.size,
        .options = block.sealed ? 0 : K_WRITABLE,
        .kind = K_RGN_BLOCK,
    };
}

bool pmm_held_from(const struct pmm_holder *holder, uint64_t address,
                   struct region *found)
{
    const struct pmm_holding *at = NULL;
    struct region told;

    found->start = UINT64_MAX;
    while ((at = pmm_held_next(holder, at)) != NULL) {
        as_region(at->slot, &told);
        if (told.start + told.size > address && told.start < found->start)
            *found = told;
    }
    return found->start != UINT64_MAX;
}

int pmm_held_behind(const struct pmm_holder *holder, int slot,
                    struct region *found)
{
    do {
        slot = bank_next_in_place(slot);
    } while (slot >= 0 && !pmm_holds(holder, (unsigned)slot));
    if (slot >= 0)
        as_region((unsigned)slot, found);
    return slot;
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
