/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Finding blocks by their names: chains by hash, derived from the directory at
 * each start.
 */
#include "mm/bank_chain.h"
#include "mm/bank_core.h"

#define NAME_WORDS (sizeof(PmmMemName) / sizeof(uint64_t))

static struct {
    struct bank_chains chains; /* of slots */
} names;

/* One look at each word: where the text ends, what is behind it, the hash. */
bool bank_name_make(struct bank_name *name, const PmmMemName text)
{
    uint64_t hash = HASH_START, word, end = 0;
    unsigned count = 0;

    while (end == 0 && count < NAME_WORDS) {
        __builtin_memcpy(&word, text + count * sizeof(word), sizeof(word));
        end = string_end_in(word);
        if (end != 0)
            word &= ((end & -end) >> 7) - 1; /* the bytes in front of it */
        name->words[count++] = word;
        hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
        hash ^= hash >> 32;
    }
    name->count = count;
    name->hash = (uint32_t)hash;
    return end != 0 && name->words[0] != 0;
}

void bank_name_write(const struct bank_name *name, PmmMemName to)
{
    for (unsigned at = 0; at < name->count; at++)
        __builtin_memcpy(to + at * sizeof(uint64_t), &name->words[at],
                         sizeof(uint64_t));
}

bool bank_names_init(unsigned capacity)
{
    return bank_chains_init(&names.chains, capacity);
}

void bank_name_add(unsigned slot, const struct bank_name *name)
{
    bank_chain_add(&names.chains, slot, name->hash);
}

void bank_name_remove(unsigned slot)
{
    bank_chain_remove(&names.chains, slot);
}

int bank_name_guess(const struct bank_name *name, int last)
{
    uint32_t slot = last < 0 ? bank_chain_find(&names.chains, name->hash)
                             : bank_chain_next(&names.chains, (uint32_t)last);

    return slot != BANK_CHAIN_END ? (int)slot : -1;
}

/* The last word has the end of the text. */
static inline bool names_equal(const struct bank_name *name,
                               const struct bank_entry *entry)
{
    uint64_t word;

    for (unsigned at = 0; at < name->count; at++) {
        __builtin_memcpy(&word, entry->name + at * sizeof(word), sizeof(word));
        if (word != name->words[at])
            return false;
    }
    return true;
}

int bank_find_name(const struct bank_name *name)
{
    uint32_t slot = bank_chain_find(&names.chains, name->hash);

    while (slot != BANK_CHAIN_END && !names_equal(name, bank_entry(slot)))
        slot = bank_chain_next(&names.chains, slot);
    return slot != BANK_CHAIN_END ? (int)slot : K_EUNKNOWN;
}

int bank_find(const char *text)
{
    struct bank_name name;
    PmmMemName padded;

    string_copy(padded, text, sizeof(padded));
    return bank_name_make(&name, padded) ? bank_find_name(&name) : K_EUNKNOWN;
}
