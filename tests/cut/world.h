/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The world of the cut tests: a small bank, the changes that are made to it,
 * and the verdict on what a crash has left.
 */
#ifndef TESTS_CUT_WORLD_H
#define TESTS_CUT_WORLD_H

#include "crash.h"
#include "mm/bank.h"
#include "oracle.h"

#define WORLD_BLOCK_PAGES 8u
#define WORLD_PAGES (ORACLE_FIRST_PAGE + WORLD_BLOCK_PAGES)
#define WORLD_SIZE (WORLD_PAGES * 4096ul)

/* A change of the bank, as an actor or the kernel asks for it. */
struct change {
    enum {
        CHANGE_ALLOCATE, /* name, pages, key */
        CHANGE_FREE,     /* name */
        CHANGE_FREE_ALL, /* key */
        CHANGE_STABLE,
        CHANGE_RENAME, /* name; key is the new name */
        CHANGE_SEAL,   /* name */
        CHANGE_UNSEAL, /* name */
    } kind;
    const char *name;
    unsigned pages;
    const char *key;
};

/* Begins with rubbish in RAM. */
void world_erase(void);

/* The bank in RAM, all of it. */
uint8_t *world_bank(void);

/* All of RAM's bank, to come back to. */
struct world_state {
    uint8_t bytes[WORLD_SIZE];
};
void world_save(struct world_state *state);
void world_restore(const struct world_state *state);

/* A start of the kernel: opens the bank. */
enum bank_start world_open(enum boot_cause cause, struct bank_report *report);

/* Makes the change; false if it was refused and nothing is different. */
bool world_change(const struct change *change);

/* Fills the block of that name as an actor would. */
void world_fill(const char *name);

/* What a change makes of a directory, by the model.  Only the place of a new
 * block is taken from seen, the directory as it is now. */
void world_expect(const struct change *change, const struct oracle *before,
                  const struct oracle *seen, struct oracle *after);

/* Reads the bank at rest; fails the test if anything is wrong with it. */
void world_read(struct oracle *oracle);

/* The blocks' contents now are those that must survive. */
void world_contents_remember(void);

/* What a start found, against what it may have found. */
struct verdict {
    const struct oracle *old, *new;
    bool old_allowed, new_allowed;
    bool damage; /* there was some: the report may say so */
    bool is_new; /* filled in */
};

/* Judges the bank after world_open().  Counts torn, lost and leaked, and
 * prints the first of them. */
void world_judge(struct verdict *verdict, const struct bank_report *report);

struct world_counts {
    uint64_t judged, torn, lost, leaked;
};
/* How many crashes have been judged so far. */
uint64_t world_judged(void);

/* Prints "cut: 1,234 crash points, 0 torn, ..." and fails unless all are 0. */
void world_finish(const char *what);

#endif
