/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The oracle of the cut tests: what is in the bank, read byte by byte after
 * mm/BANK.md.  It shares no code and no header with mm/bank*.c, so that the
 * two cannot be wrong in the same way by accident.
 */
#ifndef TESTS_CUT_ORACLE_H
#define TESTS_CUT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORACLE_BLOCKS_MAX 32u
#define ORACLE_LAYOUT 0x0003000000800004ull

/* Of the small banks that most tests are about. */
#define ORACLE_SLOTS 256u
#define ORACLE_FIRST_PAGE 20u

struct oracle_block {
    unsigned slot;
    char name[48];
    unsigned char key[32];
    unsigned key_size;
    unsigned first, count; /* pages */
    bool sealed;
    uint64_t seal; /* as stored; two blocks may be equal without it */
};

/* A directory, in the order of its slots. */
struct oracle {
    unsigned count;
    struct oracle_block blocks[ORACLE_BLOCKS_MAX];
};

/* The places of the metadata, in bytes from the start of the bank; capacity is
 * that of the directory. */
size_t oracle_header_offset(unsigned copy);
size_t oracle_entry_offset(unsigned capacity, unsigned copy, unsigned slot);

/* What header A says of it, and where the blocks of such a bank begin. */
unsigned oracle_capacity(const uint8_t *bank);
unsigned oracle_first_page(unsigned capacity);

/* Reads a bank at rest: both copies must be whole and equal, every block in
 * its place.  NULL, or words for what is wrong. */
const char *oracle_read(const uint8_t *bank, size_t size,
                        struct oracle *oracle);

/* The same of a bank with more blocks than a test has room for: only those from
 * a slot on are put down. */
const char *oracle_read_from(const uint8_t *bank, size_t size, unsigned from,
                             struct oracle *oracle);

/* Whether one copy of an entry is what that slot's check says. */
bool oracle_entry_good(const uint8_t *bank, unsigned copy, unsigned slot);

bool oracle_equal(const struct oracle *a, const struct oracle *b);

/* Makes of one copy what a build with another layout would have stored. */
void oracle_translate(uint8_t *bank, unsigned copy, uint64_t layout);

/* Whether the contents of a sealed block are those that were sealed. */
bool oracle_seal_fits(const uint8_t *bank, const struct oracle_block *block);

/* The block of that name, or NULL. */
const struct oracle_block *oracle_find(const struct oracle *oracle,
                                       const char *name);

/* Whether a block is in the directory exactly as given. */
bool oracle_has(const struct oracle *oracle, const struct oracle_block *block);

#endif
