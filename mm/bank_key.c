/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Finding blocks by their deletion keys: lists by hash, in ordinary RAM,
 * derived from the directory at each start.  A block without a key is in none.
 */
#include "kernel/list.h"
#include "mm/bank_core.h"

static struct {
    struct link chains[BANK_BLOCKS_CAPACITY];
    struct link slots[BANK_BLOCKS_CAPACITY];
} keys;

void bank_keys_init(void)
{
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        list_init(&keys.chains[i]);
        list_init(&keys.slots[i]);
    }
}

static struct link *chain_of(const void *key, unsigned key_size)
{
    uint64_t hash = hash_words(key, key_size, HASH_START + key_size);

    return &keys.chains[hash % BANK_BLOCKS_CAPACITY];
}

void bank_key_add(unsigned slot, const void *key, unsigned key_size)
{
    if (key_size > 0)
        list_append(chain_of(key, key_size), &keys.slots[slot]);
}

void bank_key_remove(unsigned slot)
{
    list_remove(&keys.slots[slot]);
}

unsigned bank_find_key(const void *key, unsigned key_size,
                       struct bank_set *set)
{
    const struct link *chain = chain_of(key, key_size);
    unsigned count = 0;

    *set = (struct bank_set){0};
    for (const struct link *at = chain->next; at != chain; at = at->next) {
        unsigned slot = (unsigned)(at - keys.slots);
        const struct bank_entry *entry = bank_entry(slot);

        if (entry->key_size != key_size ||
            memcmp(entry->key, key, key_size) != 0)
            continue;
        bank_set_add(set, slot);
        count++;
    }
    return count;
}
