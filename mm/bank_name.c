/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Finding blocks by their names: a table of hashes, in ordinary RAM, derived
 * from the directory at each start.
 */
#include "kernel/assert.h"
#include "mm/bank_core.h"

#define NAME_WORDS (sizeof(PmmMemName) / sizeof(uint64_t))

static struct {
    uint32_t hash[BANK_BLOCKS_CAPACITY]; /* of the used slots */
    /* One more than the first slot of each hash, and than the next one behind
     * each slot; 0: none. */
    uint16_t first[BANK_BLOCKS_CAPACITY];
    uint16_t next[BANK_BLOCKS_CAPACITY];
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

void bank_names_init(void)
{
    memset(&names, 0, sizeof(names));
}

static uint16_t *chain_of(uint32_t hash)
{
    return &names.first[hash % BANK_BLOCKS_CAPACITY];
}

void bank_name_add(unsigned slot, const struct bank_name *name)
{
    uint16_t *first = chain_of(name->hash);

    names.hash[slot] = name->hash;
    names.next[slot] = *first;
    *first = (uint16_t)(slot + 1);
}

void bank_name_remove(unsigned slot)
{
    uint16_t *at = chain_of(names.hash[slot]);

    while (*at != slot + 1) {
        ASSERT(*at != 0);
        at = &names.next[*at - 1];
    }
    *at = names.next[slot];
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
    unsigned next = *chain_of(name->hash);

    for (; next != 0; next = names.next[next - 1]) {
        if (names.hash[next - 1] == name->hash &&
            names_equal(name, bank_entry(next - 1)))
            return (int)next - 1;
    }
    return K_EUNKNOWN;
}

int bank_find(const char *text)
{
    struct bank_name name;
    PmmMemName padded;

    string_copy(padded, text, sizeof(padded));
    return bank_name_make(&name, padded) ? bank_find_name(&name) : K_EUNKNOWN;
}
