/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whose the blocks are: how many each owner has, and how large they are, so
 * that its share is known without a look at everybody's.  In ordinary RAM,
 * derived from the directory at each start.
 */
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/bank_share.h"

#define OWNER_WORDS (K_ACTORNAMEMAX / sizeof(uint64_t))

struct owner {
    uint64_t name[OWNER_WORDS]; /* padded with NULs */
    uint64_t pages;
    unsigned blocks;
    unsigned next; /* with the same hash, or spare: one more; 0: none */
};

static struct {
    struct owner all[BANK_BLOCKS_CAPACITY];
    unsigned first[BANK_BLOCKS_CAPACITY]; /* of each hash, one more; 0: none */
    unsigned spare;
    unsigned of[BANK_BLOCKS_CAPACITY]; /* the owner of each slot in use */
} owners;

_Static_assert(K_ACTORNAMEMAX % sizeof(uint64_t) == 0, "whole words");

void bank_owners_init(void)
{
    memset(&owners, 0, sizeof(owners));
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        owners.all[i].next = owners.spare;
        owners.spare = i + 1;
    }
}

/* Makes words of a name, and finds the chain that it would be in. */
static unsigned *chain_of(const char *name, uint64_t words[OWNER_WORDS])
{
    uint64_t hash = HASH_START;

    __builtin_memcpy(words, name, K_ACTORNAMEMAX);
    for (size_t i = 0; i < OWNER_WORDS; i++)
        hash = hash_step(hash, words[i]);
    return &owners.first[hash % BANK_BLOCKS_CAPACITY];
}

/* What leads to the owner of that name: *found is 0 if there is none. */
static unsigned *owner_find(unsigned *found, const uint64_t name[OWNER_WORDS])
{
    while (*found != 0 && __builtin_memcmp(owners.all[*found - 1].name, name,
                                           K_ACTORNAMEMAX) != 0)
        found = &owners.all[*found - 1].next;
    return found;
}

void bank_owner_add(unsigned slot, const char *name, unsigned pages)
{
    uint64_t words[OWNER_WORDS];
    unsigned *found = owner_find(chain_of(name, words), words);
    struct owner *owner;

    if (*found == 0) {
        ASSERT(owners.spare != 0);
        *found = owners.spare;
        owner = &owners.all[*found - 1];
        owners.spare = owner->next;
        *owner = (struct owner){.blocks = 0};
        __builtin_memcpy(owner->name, words, K_ACTORNAMEMAX);
    }
    owner = &owners.all[*found - 1];
    owner->blocks++;
    owner->pages += pages;
    owners.of[slot] = *found - 1;
}

/* An owner has no blocks any more. */
static __attribute__((noinline)) void owner_forget(struct owner *owner)
{
    uint64_t words[OWNER_WORDS];
    unsigned *found = owner_find(chain_of((const char *)owner->name, words),
                                 words);
    unsigned number = *found;

    ASSERT(number != 0);
    ASSERT(owner == &owners.all[number - 1]);
    *found = owner->next;
    owner->next = owners.spare;
    owners.spare = number;
}

void bank_owner_remove(unsigned slot, unsigned pages)
{
    struct owner *owner = &owners.all[owners.of[slot]];

    ASSERT(owner->blocks > 0);
    owner->pages -= pages;
    if (--owner->blocks == 0)
        owner_forget(owner);
}

unsigned bank_owned(const char *name, uint64_t *bytes)
{
    char padded[K_ACTORNAMEMAX];
    uint64_t words[OWNER_WORDS];
    unsigned found;

    string_copy(padded, name, sizeof(padded));
    found = *owner_find(chain_of(padded, words), words);
    *bytes = found != 0 ? owners.all[found - 1].pages * PAGE_SIZE : 0;
    return found != 0 ? owners.all[found - 1].blocks : 0;
}
