/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Crashes: every state of RAM that a reset can leave when it cuts short some
 * work on the bank.
 */
#ifndef TESTS_CUT_CRASH_H
#define TESTS_CUT_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The work that was logged, one event after the other (fake.h). */
struct crash_log {
    struct fake_event *events;
    size_t count;
};

/* A copy of the fake cache's log; crash_log_free() gives it back. */
struct crash_log crash_log_take(void);
void crash_log_free(struct crash_log *log);

/* Takes all stores of the log back. */
void crash_log_undo(const struct crash_log *log);

/* How to walk through a log. */
struct crash_walk {
    /* Called with the bank in RAM as a crash has left it; must leave it so.
     * done: the work had returned before. */
    void (*visit)(void *context, bool done);
    void *context;
    /* A line that was not cleaned may hold any prefix of the stores to it;
     * otherwise all of them or none. */
    bool prefixes;
    unsigned samples; /* of a point with too many states */
    unsigned exhaustive; /* so many are not too many; 0: CRASH_EXHAUSTIVE */
    size_t metadata; /* bytes in front of the blocks; 0: CRASH_METADATA */
    uint64_t *random;
};

/* RAM is as before the work.  Visits, after each store of the log, every
 * state that a crash can leave there: whatever was cleaned is in memory, of
 * every other line any prefix of its stores may be.  Up to CRASH_EXHAUSTIVE
 * states of one point are all visited, of more a sample.  Stores to blocks
 * are points only at every 64th word.  Leaves RAM as after the work. */
void crash_walk(const struct crash_log *log, const struct crash_walk *walk);

#define CRASH_EXHAUSTIVE 1024u
#define CRASH_METADATA (20 * 4096u)

#endif
