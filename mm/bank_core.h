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

/* Pages of the whole bank, which is there; and one copy of its directory. */
unsigned bank_page_total(void);
const struct bank_copy *bank_copy(unsigned copy);

/* Starts work on a bank whose two copies are whole and equal, with that
 * header; which slots are in use, their names and their pages are known.
 * metadata NULL: without a bank.  False: no memory. */
bool bank_begin(const struct bank_metadata *metadata,
                const struct bank_place *place,
                const struct bank_header *header)
    __attribute__((warn_unused_result));

/* ---- bank_recover.c ----------------------------------------------------- */

/* What the two copies say together, before any entry is believed. */
struct bank_found {
    enum bank_start start;
    const char *why;
    struct bank_copy copies[BANK_COPIES];
    unsigned source; /* the better copy; the other one is written first */
    bool whole;      /* it is */
    struct bank_header header; /* of the source; all zero if unreadable */
    uint64_t revision;         /* above that of every readable header */
    int expected;              /* blocks by the header; -1: unreadable */
    unsigned capacity;
    unsigned extent; /* slots that may hold something; 0: nothing was found */
};

/* The capacity of a bank of so many pages: what a readable header says, else
 * what it would be formatted with; 0: the directory does not fit in it.  Reads
 * only what lies at the same place in every bank. */
unsigned bank_recover_capacity(const struct bank_metadata *metadata,
                               uint64_t page_total);

/* Reads both copies and decides what each slot holds.  Writes nothing. */
void bank_recover(const struct bank_metadata *metadata, unsigned capacity,
                  enum boot_cause cause, struct bank_found *found);

/* Whether nobody has ever stored anything in a slot. */
bool bank_entry_blank(const struct bank_entry *entry, unsigned slot);

/* Nothing of what was found is to be believed: the bank is to be formatted. */
void bank_found_none(struct bank_found *found, const char *why);

/* What a slot below the extent holds; NULL: it is readable in no copy. */
const struct bank_entry *bank_found_entry(const struct bank_found *found,
                                          unsigned slot);

/* NULL, or words that say why an entry whose check is good still cannot be a
 * block of a bank whose blocks lie from page first to page_total - 1. */
const char *bank_entry_fault(const struct bank_entry *entry, uint64_t first,
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

/* A slot whose name may be that one, or another behind last; -1: there is none.
 * For when the directory cannot be asked yet. */
int bank_name_guess(const struct bank_name *name, int last);
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
