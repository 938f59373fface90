/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files mm/bank*.c share and nobody else sees.
 */
#ifndef MM_BANK_CORE_H
#define MM_BANK_CORE_H

#include "mm/bank_format.h"

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

/* Knows no names; knows one more, which is of no slot yet; no longer that of a
 * slot. */
void bank_names_init(void);
void bank_name_add(unsigned slot, const struct bank_name *name);
void bank_name_remove(unsigned slot);

/* ---- bank_key.c --------------------------------------------------------- */

/* Knows no keys; that of a slot, if it has one; no longer. */
void bank_keys_init(void);
void bank_key_add(unsigned slot, const void *key, unsigned key_size);
void bank_key_remove(unsigned slot);

/* ---- bank_owner.c ------------------------------------------------------- */

/* Knows no owners; counts a block for one, whose name is padded with NULs; and
 * no longer. */
void bank_owners_init(void);
void bank_owner_add(unsigned slot, const char *name, unsigned pages);
void bank_owner_remove(unsigned slot, unsigned pages);

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

    for (unsigned i = 0; i < sizeof(*a) / sizeof(*one); i++)
        differ |= one[i] ^ other[i];
    return differ == 0;
}

/* Whether a copy has a block in each slot of set, and counts no more. */
static inline bool bank_copy_uses(const struct bank_copy *copy,
                                  const struct bank_set *set)
{
    uint64_t left = copy->header.used;

    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1)) {
        if (!bank_entry_used(&copy->entries[i]))
            return false;
        left--;
    }
    return left == 0;
}

/* ---- bank_pages.c: which pages are taken, derived from the directory ---- */

/* All pages from first to total - 1 are free. */
void bank_pages_init(unsigned first, unsigned total);

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
