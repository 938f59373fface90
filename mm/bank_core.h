/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files mm/bank*.c share and nobody else sees.
 */
#ifndef MM_BANK_CORE_H
#define MM_BANK_CORE_H

#include "mm/bank_format.h"

/* ---- Sets of slots ------------------------------------------------------ */

#define BANK_SET_WORDS (BANK_BLOCKS_CAPACITY / 64)

struct bank_set {
    uint64_t words[BANK_SET_WORDS];
};

static inline void bank_set_add(struct bank_set *set, unsigned slot)
{
    set->words[slot / 64] |= 1ull << slot % 64;
}

static inline void bank_set_remove(struct bank_set *set, unsigned slot)
{
    set->words[slot / 64] &= ~(1ull << slot % 64);
}

static inline bool bank_set_has(const struct bank_set *set, unsigned slot)
{
    return (set->words[slot / 64] >> slot % 64 & 1) != 0;
}

/* Adds all members of another. */
static inline void bank_set_join(struct bank_set *set,
                                 const struct bank_set *other)
{
    for (unsigned i = 0; i < BANK_SET_WORDS; i++)
        set->words[i] |= other->words[i];
}

/* The first member that is at least from, or -1: there is none.  A loop over
 * a set reads
 *     for (int i = bank_set_next(s, 0); i >= 0; i = bank_set_next(s, i + 1))
 */
static inline int bank_set_next(const struct bank_set *set, int from)
{
    unsigned slot = (unsigned)from;

    while (slot < BANK_BLOCKS_CAPACITY) {
        uint64_t word = set->words[slot / 64] & ~0ull << slot % 64;

        slot &= ~63u;
        if (word != 0)
            return (int)slot + __builtin_ctzll(word);
        slot += 64;
    }
    return -1;
}

/* ---- bank.c ------------------------------------------------------------- */

/* The metadata as it is mapped, or NULL without a bank. */
const struct bank_metadata *bank_metadata(void);

/* Stores size bytes of metadata (a multiple of 8, both sides 8-byte aligned, at
 * most two pages of them) when all stores before are done, in ascending order,
 * each word with one store, and returns when they are in memory, out of every
 * cache.  A panic comes through here too. */
void bank_store(const void *to, const void *from, size_t size);

/* Gives a slot that is in use another entry, in one commit; all of it but the
 * check is filled in. */
void bank_entry_change(unsigned slot, struct bank_entry *entry);

/* The entry of a slot, as it is now. */
const struct bank_entry *bank_entry(unsigned slot);

/* Pages of the whole bank, which is there. */
unsigned bank_page_total(void);

/* Starts work on a bank whose two copies are whole and equal, with that
 * header; bank_pages knows its blocks.  metadata NULL: without a bank. */
void bank_begin(const struct bank_metadata *metadata,
                const struct bank_place *place,
                const struct bank_header *header);

/* ---- bank_recover.c ----------------------------------------------------- */

/* What the two copies say together, before any entry is believed. */
struct bank_found {
    enum bank_start start;
    const char *why;
    unsigned source; /* the better copy; the other one is written first */
    struct bank_header header; /* of the source; all zero if unreadable */
    uint64_t revision;         /* above that of every readable header */
    int expected;              /* blocks by the header; -1: unreadable */
    struct bank_set damaged;   /* slots that are readable in no copy */
    const struct bank_entry *entries[BANK_BLOCKS_CAPACITY]; /* NULL: none */
};

/* Reads both copies and decides what each slot holds.  Writes nothing. */
void bank_recover(const struct bank_metadata *metadata, enum boot_cause cause,
                  struct bank_found *found);

/* NULL, or words that say why an entry whose check is good still cannot be a
 * block of a bank of page_total pages. */
const char *bank_entry_fault(const struct bank_entry *entry,
                             uint64_t page_total);

/* ---- bank_seal.c -------------------------------------------------------- */

/* Compares every sealed block with its seal; bank_begin() has been called. */
void bank_seals_open(void);

/* ---- bank_name.c -------------------------------------------------------- */

/* Writes a name over NULs. */
void bank_name_write(const struct bank_name *name, PmmMemName to);

/* Knows no names of so many slots, or has no memory for them; knows one more,
 * which is of no slot yet; no longer that of a slot. */
bool bank_names_init(unsigned capacity) __attribute__((warn_unused_result));
void bank_name_add(unsigned slot, const struct bank_name *name);
void bank_name_remove(unsigned slot);

/* ---- bank_key.c --------------------------------------------------------- */

/* Knows no keys; that of a slot, if it has one; no longer. */
bool bank_keys_init(unsigned capacity) __attribute__((warn_unused_result));
void bank_key_add(unsigned slot, const void *key, unsigned key_size);
void bank_key_remove(unsigned slot);

/* ---- bank_owner.c ------------------------------------------------------- */

/* Knows no owners; counts a block for one, whose name is padded with NULs; and
 * no longer. */
bool bank_owners_init(unsigned capacity) __attribute__((warn_unused_result));
void bank_owner_add(unsigned slot, const char *name, unsigned pages);
void bank_owner_remove(unsigned slot, unsigned pages);

/* ---- bank_slot.c -------------------------------------------------------- */

/* No slot is in use; one more is; no longer. */
bool bank_slots_init(unsigned capacity) __attribute__((warn_unused_result));
void bank_slot_use(unsigned slot);
void bank_slot_leave(unsigned slot);

/* Uses the lowest slot that is not in use; there is one. */
unsigned bank_slot_take(void);

/* ---- bank_taken.c: pages that are somebody's ---------------------------- */

/* No page is; those of a block are; no longer. */
bool bank_taken_init(unsigned total) __attribute__((warn_unused_result));
void bank_taken_add(unsigned first, unsigned count);
void bank_taken_remove(unsigned first, unsigned count);

/* Whether a page is; all of some are; how many are. */
bool bank_taken_has(unsigned page);
bool bank_taken_all(unsigned first, unsigned count);
unsigned bank_taken_count(void);

/* ---- What a change must leave ------------------------------------------- */

/* By the words of a header that each change changes. */
static inline bool bank_header_same(const struct bank_header *a,
                                    const struct bank_header *b)
{
    return a->check == b->check && a->revision == b->revision &&
           a->entry_sum == b->entry_sum && a->used == b->used;
}

static inline bool bank_entry_same(const struct bank_entry *a,
                                   const struct bank_entry *b)
{
    const uint64_t *one = (const void *)a, *other = (const void *)b;
    uint64_t differ = 0;

#pragma GCC unroll 16
    for (unsigned i = 0; i < sizeof(*a) / sizeof(*one); i++)
        differ |= one[i] ^ other[i];
    return differ == 0;
}

/* ---- bank_pages.c: which pages are taken, derived from the directory ---- */

/* All pages from first to total - 1 are free, for the blocks of so many
 * slots; false: no memory. */
bool bank_pages_init(unsigned capacity, unsigned first, unsigned total)
    __attribute__((warn_unused_result));

/* The start of the lowest run of count free pages, or -1. */
int bank_pages_find(unsigned count);

/* Whether all of [first, first + count) is free. */
bool bank_pages_free(unsigned first, unsigned count);

/* Whether those and no others are the slot's. */
bool bank_pages_has(unsigned slot, unsigned first, unsigned count);

/* Gives pages that are free to a slot that has none, and takes away those that
 * one has. */
void bank_pages_take(unsigned slot, unsigned first, unsigned count);
void bank_pages_release(unsigned slot, unsigned first, unsigned count);

unsigned bank_pages_count_free(void);

#endif
