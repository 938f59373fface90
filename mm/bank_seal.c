/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Seals: a block whose contents are to stay as they are has their hash in its
 * entry, which says later whether they have.
 */
#include "arch/arch.h"
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

static struct {
    /* As last compared, a bit for each slot; of sealed slots only. */
    uint64_t broken[BANK_CAPACITY_MAX / 64];
} seals;

static void broken_set(unsigned slot, bool broken)
{
    uint64_t bit = 1ull << slot % 64;

    if (broken)
        seals.broken[slot / 64] |= bit;
    else
        seals.broken[slot / 64] &= ~bit;
}

/* The hash of a block's contents as memory has them: what is in a cache only
 * goes there first. */
static uint64_t contents_hash(const struct bank_block *block)
{
    uint64_t hash = HASH_START ^ BANK_LAYOUT;

    for (uint64_t at = 0; at < block->size; at += PAGE_SIZE) {
        void *window = kspace_window_open(paddr_add(block->memory, at));

        arch_cache_clean(window, PAGE_SIZE);
        hash = hash_words(window, PAGE_SIZE, hash);
        kspace_window_close();
    }
    return hash;
}

static void state_change(unsigned slot, enum bank_entry_state state,
                         uint64_t seal)
{
    struct bank_entry entry = *bank_entry(slot);

    entry.state = state;
    entry.seal = seal;
    bank_entry_change(slot, &entry);
}

void bank_seal(unsigned slot)
{
    struct bank_block block = bank_block(slot);

    ASSERT(!block.sealed);
    broken_set(slot, false);
    state_change(slot, BANK_ENTRY_SEALED, contents_hash(&block));
}

void bank_unseal(unsigned slot)
{
    ASSERT(bank_block(slot).sealed);
    state_change(slot, BANK_ENTRY_USED, 0);
}

bool bank_seal_holds(unsigned slot)
{
    struct bank_block block = bank_block(slot);

    ASSERT(block.sealed);
    broken_set(slot, bank_entry(slot)->seal != contents_hash(&block));
    return !bank_seal_broken(slot);
}

bool bank_seal_broken(unsigned slot)
{
    return bank_block(slot).sealed &&
           (seals.broken[slot / 64] >> slot % 64 & 1) != 0;
}

void bank_seals_open(void)
{
    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
        if (bank_block((unsigned)i).sealed)
            (void)!bank_seal_holds((unsigned)i);
}
