/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Finding blocks by their deletion keys: chains by hash, derived from the
 * directory at each start.  A block without a key is in none.
 */
#include "mm/bank_chain.h"
#include "mm/bank_core.h"

static struct {
    struct bank_chains chains; /* of slots */
} keys;

bool bank_keys_init(unsigned capacity)
{
    return bank_chains_init(&keys.chains, capacity);
}

static uint32_t key_hash(const void *key, unsigned key_size)
{
    return (uint32_t)hash_words(key, key_size, HASH_START + key_size);
}

void bank_key_add(unsigned slot, const void *key, unsigned key_size)
{
    if (key_size > 0)
        bank_chain_add(&keys.chains, slot, key_hash(key, key_size));
}

void bank_key_remove(unsigned slot)
{
    bank_chain_remove(&keys.chains, slot);
}

unsigned bank_find_key(const void *key, unsigned key_size,
                       struct bank_list *list)
{
    uint32_t slot = bank_chain_find(&keys.chains, key_hash(key, key_size));

    *list = BANK_LIST_EMPTY;
    for (; slot != BANK_CHAIN_END; slot = bank_chain_next(&keys.chains, slot)) {
        const struct bank_entry *entry = bank_entry(slot);

        if (entry->key_size == key_size &&
            memcmp(entry->key, key, key_size) == 0)
            bank_list_add(list, slot);
    }
    return list->count;
}
