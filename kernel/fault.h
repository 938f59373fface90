/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in words.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "kernel/string.h"
#include "kernel/trap.h"
#include "mm/aspace.h"

struct thread;

#define FAULT_WORDS_MAX 80

/* Where a page fault hit or missed. */
enum fault_place {
    FAULT_IN_KERNEL, /* no actor's */
    FAULT_NEAR_NULL,
    FAULT_BEYOND_ACTOR,
    FAULT_ABOVE_ALL,
    FAULT_IN_REGION,   /* .region, .distance below it */
    FAULT_UNDER_STACK, /* in its guard */
};

/* A fault, kept for the words that may be made of it: making them takes longer
 * than the restart that waits. */
struct fault_note {
    struct fault fault;
    enum fault_place place; /* with FAULT_PAGE */
    uint64_t distance;
    const char *region; /* its words */
    char said[FAULT_WORDS_MAX]; /* with FAULT_SAID */
};

struct pmm_holder;

/* Notes for a page fault where that is among the regions and blocks of an actor
 * (NULL: the kernel). */
void fault_place(const struct pmm_holder *holder, struct fault_note *note);

/* Copies a note: its words, which are long, only if there are some. */
static inline void fault_copy(struct fault_note *to,
                              const struct fault_note *from)
{
    to->fault = from->fault;
    to->place = from->place;
    to->distance = from->distance;
    to->region = from->region;
    if (from->fault.kind == FAULT_SAID)
        memcpy(to->said, from->said, sizeof(to->said));
}

/* Writes a fault in words. */
void fault_words(const struct fault_note *note, char *text, size_t size);

/* Reports what the actor's note says of a thread on the console: words,
 * registers, backtrace.  Its space need not be the current one. */
void fault_report(const struct thread *thread);

/* Reports where the kernel was: ctx, or NULL for the caller itself. */
void fault_report_kernel(const struct arch_context *ctx);

#endif
