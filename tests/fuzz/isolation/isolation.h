/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor that tries what it has no right to; main.c says how it is run.
 */
#ifndef TESTS_ISOLATION_H
#define TESTS_ISOLATION_H

#include <chorus.h>
#include <reprise.h>
#include <stdbool.h>

#define PAGE 4096ul
#define LOW_END 0x100000000ul

/* Says so, and ends the actor for good. */
_Noreturn void failed(const char *what, unsigned long where);

/* ---- pages.c: what is the actor's own ------------------------------------ */

void regions_get(void);
/* The region of the last regions_get() that holds an address, or NULL. */
const KnRgnStat *region_at(unsigned long at);
/* Every step-th page, by calls that look at memory and leave it as it is. */
void pages(unsigned long step);

/* ---- calls.c, handles.c -------------------------------------------------- */

/* Makes the call of that number. */
long raw_call(unsigned long number, const unsigned long arg[6]);
/* Calls that are for others, numbers that are no call's. */
void calls(void);
/* A trusted actor: puts the capabilities of all that live, and of some that do
 * not any more, into a block. */
void handles_give(void);
/* Every call that takes a handle, with each of those and with guessed ones of
 * so many lives of each slot. */
void handles(unsigned lives);

/* ---- lives.c: tries that end a life -------------------------------------- */

/* What must come of a try: the report of the fault begins with one of these.
 * None: nothing to try here. */
#define ENDINGS 3
struct ending {
    const char *words[ENDINGS];
    bool at_address;       /* ... and goes on with this address */
    unsigned long address;
};

struct kind {
    const char *name;
    struct ending (*expect)(unsigned long index);
    void (*attempt)(unsigned long index);
    unsigned long count; /* of tries that differ */
};

/* Tries a series of a kind, a life each, and tells what came of it. */
void lives(const char *kind, unsigned long first, unsigned long count);

/* The kinds of this processor; ended by one without a name. */
extern const struct kind processor_kinds[];
/* Whether an instruction fetch or an access there is told with its address. */
bool address_is_told(unsigned long at);
#define PRIVILEGED "privileged instruction or bad address"
#define ILLEGAL "illegal instruction"

/* ---- observer.c ---------------------------------------------------------- */

/* A trusted actor: looks at itself, at others, and has the kernel look at its
 * accounts, until the tries are over. */
void observe(void);

#define PROGRESS_NAME "isolation"

#endif
