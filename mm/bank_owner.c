/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whose the blocks are: how many each owner has, and how large they are, so
 * that its share is known without a look at everybody's.  In ordinary RAM,
 * derived from the directory at each start.
 */
#include "kernel/assert.h"
#include "mm/bank_chain.h"
#include "mm/bank_core.h"
#include "mm/bank_share.h"
#include "mm/kspace.h"

#define OWNER_WORDS (K_ACTORNAMEMAX / sizeof(uint64_t))

struct owner {
    uint64_t name[OWNER_WORDS]; /* padded with NULs */
    uint64_t pages;
    uint32_t blocks; /* 0: it may be spare */
    uint32_t spare;  /* the next that may be, or OWNER_BUSY: it is not */
};

#define OWNER_BUSY (BANK_CHAIN_END - 1)

static struct {
    struct bank_chains chains; /* of owners */
    struct owner *all;
    uint32_t *of;    /* the owner of each slot in use */
    uint32_t spare; /* the first; BANK_CHAIN_END: none below made */
    uint32_t made;  /* owners that there were at any time */
    uint32_t max;
} owners;

_Static_assert(K_ACTORNAMEMAX % sizeof(uint64_t) == 0, "whole words");

bool bank_owners_init(unsigned capacity)
{
    owners.spare = BANK_CHAIN_END;
    owners.made = 0;
    owners.max = capacity;
    if (!bank_chains_init(&owners.chains, capacity))
        return false;
    if (capacity == 0)
        return true;
    owners.all = kspace_table(capacity * sizeof(*owners.all));
    owners.of = kspace_table(capacity * sizeof(*owners.of));
    return owners.all != NULL && owners.of != NULL;
}

/* Makes words of a name, and their hash. */
static uint32_t name_hash(const char *name, uint64_t words[OWNER_WORDS])
{
    uint64_t hash = HASH_START;

    __builtin_memcpy(words, name, K_ACTORNAMEMAX);
    for (size_t i = 0; i < OWNER_WORDS; i++)
        hash = hash_step(hash, words[i]);
    return (uint32_t)hash;
}

/* The owner of that name, or BANK_CHAIN_END. */
static uint32_t owner_find(const uint64_t name[OWNER_WORDS], uint32_t hash)
{
    uint32_t found = bank_chain_find(&owners.chains, hash);

    while (found != BANK_CHAIN_END &&
           __builtin_memcmp(owners.all[found].name, name, K_ACTORNAMEMAX) != 0)
        found = bank_chain_next(&owners.chains, found);
    return found;
}

/* An owner that is in no chain.  Who has no blocks any more stays until his
 * place is wanted: mostly he comes back. */
static uint32_t owner_take(void)
{
    while (owners.made == owners.max) {
        uint32_t number = owners.spare;
        struct owner *owner = &owners.all[number];

        ASSERT(number != BANK_CHAIN_END);
        owners.spare = owner->spare;
        owner->spare = OWNER_BUSY;
        if (owner->blocks > 0)
            continue;
        bank_chain_remove(&owners.chains, number);
        return number;
    }
    return owners.made++;
}

static __attribute__((noinline)) uint32_t owner_make(
    const uint64_t name[OWNER_WORDS], uint32_t hash)
{
    uint32_t number = owner_take();

    owners.all[number] = (struct owner){.spare = OWNER_BUSY};
    __builtin_memcpy(owners.all[number].name, name, K_ACTORNAMEMAX);
    bank_chain_add(&owners.chains, number, hash);
    return number;
}

void bank_owner_add(unsigned slot, const char *name, unsigned pages)
{
    uint64_t words[OWNER_WORDS];
    uint32_t hash = name_hash(name, words), found = owner_find(words, hash);

    if (found == BANK_CHAIN_END)
        found = owner_make(words, hash);
    owners.all[found].blocks++;
    owners.all[found].pages += pages;
    owners.of[slot] = found;
}

void bank_owner_remove(unsigned slot, unsigned pages)
{
    uint32_t number = owners.of[slot];
    struct owner *owner = &owners.all[number];

    ASSERT(owner->blocks > 0);
    owner->pages -= pages;
    if (--owner->blocks > 0 || owner->spare != OWNER_BUSY)
        return;
    owner->spare = owners.spare;
    owners.spare = number;
}

unsigned bank_owned(const char *name, uint64_t *bytes)
{
    char padded[K_ACTORNAMEMAX];
    uint64_t words[OWNER_WORDS];
    uint32_t hash, found;

    string_copy(padded, name, sizeof(padded));
    hash = name_hash(padded, words);
    found = owner_find(words, hash);
    *bytes = 0;
    if (found == BANK_CHAIN_END)
        return 0;
    *bytes = owners.all[found].pages * PAGE_SIZE;
    return owners.all[found].blocks;
}
