/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bank byte for byte, as it lies in RAM between two starts:
 *
 *     page 0     header A, the rest of the page unused
 *     page 1     header B, the same
 *     page 2     last words, two pages
 *     page 4     directory A: entries of 128 bytes, 32 a page
 *                directory B, as large
 *                blocks
 *
 * How many entries a directory has, its capacity, is in both headers.  All
 * numbers are little endian.  Nothing here depends on a tunable.  Only the
 * files mm/bank*.c include this header.
 */
#ifndef MM_BANK_FORMAT_H
#define MM_BANK_FORMAT_H

#include "kernel/string.h"
#include "mm/bank.h"

#define BANK_MAGIC 0x6b6e614265737052ull       /* "RpseBank" */
#define BANK_WORDS_MAGIC 0x73644c7765737052ull /* "RpsewLds" */

/* Goes up when the meaning of a byte changes. */
#define BANK_VERSION 3ull

enum { BANK_COPY_A, BANK_COPY_B, BANK_COPIES };

/* 64 bytes at the start of a page: one cache line, and the check is the last
 * word of it.  Storing a header is the commit of a change. */
struct bank_header {
    uint64_t magic;
    uint64_t layout;    /* BANK_LAYOUT */
    uint64_t revision;  /* goes up with each commit */
    uint32_t pages;     /* of the whole bank */
    uint16_t capacity;  /* entries of a directory */
    uint16_t extent;    /* of these, as many as were ever in use, at least
                         * BANK_EXTENT_MIN; what is behind them is nothing */
    uint64_t entry_sum; /* sum of the checks of this copy's entries */
    uint32_t used;      /* entries in use */
    uint32_t boots, site_restarts, resets; /* struct bank_usage */
    uint64_t check;                        /* bank_header_check() */
};

enum bank_entry_state {
    BANK_ENTRY_FREE = 0,
    BANK_ENTRY_USED = 0x7375,   /* "us" */
    BANK_ENTRY_SEALED = 0x6573, /* "se": used, and seal is of the contents */
};

/* A free entry is all zero but for its check. */
struct bank_entry {
    PmmMemName name; /* padded with NULs, at least one */
    PmmDelKey key;   /* padded with NULs */
    char owner[K_ACTORNAMEMAX];
    uint64_t first_page : 20; /* counted from the start of the bank */
    uint64_t page_count : 20;
    uint64_t key_size : 8;
    uint64_t state : 16; /* enum bank_entry_state */
    uint64_t seal;       /* hash of the contents, if sealed; else 0 */
    uint64_t check;      /* bank_entry_check() */
};

#define BANK_TAIL_SIZE 7936

struct bank_words {
    uint64_t magic;
    uint64_t check; /* bank_words_check() */
    uint64_t told;  /* ~check: printed already; anything else: not */
    uint64_t pc;
    char cause[64];
    char actor[K_ACTORNAMEMAX];
    char line[128];
    uint64_t tail_size;
    char tail[BANK_TAIL_SIZE];
};

/* What lies at the same place in every bank. */
struct bank_metadata {
    struct {
        struct bank_header header;
        uint8_t unused[K_PAGE_SIZE - sizeof(struct bank_header)];
    } copies[BANK_COPIES];
    struct bank_words words;
};

#define BANK_FIXED_PAGES (sizeof(struct bank_metadata) / K_PAGE_SIZE)
#define BANK_ENTRIES_A_PAGE (K_PAGE_SIZE / sizeof(struct bank_entry))
#define BANK_PAGES_MAX (PMM_BANK_SIZE_MAX / K_PAGE_SIZE)

/* So many entries are there from the start: from fewer one could not tell a
 * bank that has decayed from one that was damaged. */
#define BANK_EXTENT_MIN 256u
#define BANK_CAPACITY_MIN BANK_EXTENT_MIN
#define BANK_CAPACITY_STEP 64u

_Static_assert(sizeof(struct bank_header) == 64, "one cache line");
_Static_assert(offsetof(struct bank_header, check) == 56, "the last word");
_Static_assert(sizeof(struct bank_entry) == 128, "two cache lines");
_Static_assert(sizeof(struct bank_words) == 2 * K_PAGE_SIZE, "two pages");
_Static_assert(sizeof(struct bank_metadata) == 4 * K_PAGE_SIZE, "page 4");
_Static_assert(BANK_PAGES_MAX < 1u << 20, "a page's number has 20 bits");
_Static_assert(BANK_CAPACITY_MAX <= UINT16_MAX, "it fits a header");
_Static_assert(BANK_CAPACITY_STEP % BANK_ENTRIES_A_PAGE == 0, "whole pages");

/* One word that differs whenever the layout does.  It is part of every check,
 * so that no byte of a bank with another layout is ever believed. */
#define BANK_LAYOUT                                                            \
    (BANK_VERSION << 48 | sizeof(struct bank_entry) << 16 | BANK_FIXED_PAGES)

/* The capacity of a bank that is formatted: a quarter of its pages. */
static inline unsigned bank_capacity_for(uint64_t pages)
{
    uint64_t capacity = pages / 4 - pages / 4 % BANK_CAPACITY_STEP;

    if (capacity < BANK_CAPACITY_MIN)
        return BANK_CAPACITY_MIN;
    return capacity < BANK_CAPACITY_MAX ? (unsigned)capacity
                                        : BANK_CAPACITY_MAX;
}

/* The first page behind the directories. */
static inline unsigned bank_first_page(unsigned capacity)
{
    return BANK_FIXED_PAGES +
           BANK_COPIES * (capacity / (unsigned)BANK_ENTRIES_A_PAGE);
}

/* One copy of the directory. */
struct bank_copy {
    const struct bank_header *header;
    const struct bank_entry *entries;
};

static inline struct bank_copy bank_copy_at(
    const struct bank_metadata *metadata, unsigned copy, unsigned capacity)
{
    const struct bank_entry *first = (const void *)(metadata + 1);

    return (struct bank_copy){&metadata->copies[copy].header,
                              first + (size_t)copy * capacity};
}

static inline bool bank_entry_used(const struct bank_entry *entry)
{
    return entry->state == BANK_ENTRY_USED ||
           entry->state == BANK_ENTRY_SEALED;
}

/* The checks below are word hashes.  Each step of hash_words() is one to one
 * in the word and in the hash so far: damage within one word is always seen,
 * any other with a chance of 1 - 2^-64. */

/* That of a header, and the two halves of working it out: what is in front of
 * its revision stays the same from commit to commit. */
static inline uint64_t bank_header_check_start(const struct bank_header *header)
{
    return hash_few(header, offsetof(struct bank_header, revision),
                    HASH_START ^ BANK_LAYOUT);
}

static inline uint64_t bank_header_check_end(const struct bank_header *header,
                                             uint64_t start)
{
    return hash_few(&header->revision,
                    offsetof(struct bank_header, check) -
                        offsetof(struct bank_header, revision),
                    start);
}

static inline uint64_t bank_header_check(const struct bank_header *header)
{
    return bank_header_check_end(header, bank_header_check_start(header));
}

/* Covers the slot too: an entry is only good where it was written. */
static inline uint64_t bank_entry_check(const struct bank_entry *entry,
                                        unsigned slot)
{
    return hash_few(entry, offsetof(struct bank_entry, check),
                    (HASH_START ^ BANK_LAYOUT) + slot + 1);
}

/* Covers pc and the texts.  tail_size must be at most BANK_TAIL_SIZE. */
static inline uint64_t bank_words_check(const struct bank_words *words)
{
    size_t start = offsetof(struct bank_words, pc);
    size_t end = offsetof(struct bank_words, tail) + words->tail_size;

    return hash_words(&words->pc, end - start, HASH_START ^ BANK_LAYOUT);
}

#endif
