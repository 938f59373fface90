/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Calls at random, made from kernel/syscall.def: every kind of argument has a
 * menu of values that are right, nearly right and not right at all.  The same
 * file makes them on the host and in an actor.
 */
#ifndef TESTS_FUZZ_GRAMMAR_H
#define TESTS_FUZZ_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kernel/abi.h>

#define GRAMMAR_ARGS 6
#define GRAMMAR_CAPS 4
#define GRAMMAR_AIDS 8

/* Bytes of scratch: a place for each argument of a call. */
#define GRAMMAR_SLOT 1024
#define GRAMMAR_SCRATCH (GRAMMAR_ARGS * GRAMMAR_SLOT)

struct grammar {
    /* A number from 0 to below - 1, from whatever decides. */
    uint32_t (*pick)(uint32_t below);
    /* Writes into the caller's memory, which is the scratch. */
    void (*poke)(uint64_t at, const void *from, size_t size);

    uint64_t scratch;  /* GRAMMAR_SCRATCH bytes, writable; then no page */
    uint64_t text;     /* readable only */
    uint64_t reserved; /* addresses without memory */
    uint64_t play;     /* free addresses to have regions at, 1 MiB */
    uint64_t entry;    /* a function for new threads; 0: anything will do */
    const char *path;  /* an image that does no harm when it is started */
    bool tame;         /* the calls are made for good: no end of the caller,
                        * no wait for ever, no thread of lid 1 to 4 */
    bool trusted;      /* ... and some calls that are refused to others are
                        * not made, either */
    KnCap caps[GRAMMAR_CAPS]; /* the first one is the caller's own */
    int aids[GRAMMAR_AIDS];
    unsigned cap_count, aid_count;
};

struct grammar_call {
    unsigned number;
    const char *name; /* NULL: no call has that number */
    unsigned arg_count;
    uint64_t arg[GRAMMAR_ARGS];
};

/* Makes the next call. */
void grammar_make(const struct grammar *grammar, struct grammar_call *call);

/* Something to put over an argument while a call runs. */
uint64_t grammar_word(const struct grammar *grammar);

#endif
