/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which space is the current one, and what the processor remembers of others;
 * for mm/aspace*.c.
 */
#ifndef MM_ASPACE_ACTIVE_H
#define MM_ASPACE_ACTIVE_H

#include "arch/arch.h"
#include "mm/aspace.h"

/* A space has its root now: it gets a tag. */
void aspace_enlist(struct aspace *space);

/* It is no more. */
void aspace_delist(struct aspace *space);

/* It is about to lose its tables: if it is the current one, there is none. */
void aspace_deactivate(struct aspace *space);

/* The current one, or NULL; only the functions of mm/aspace_active.c change
 * it. */
extern struct aspace *aspace_current;

/* What the processor remembers of the space is not true any more, unless that
 * is the current one, and flushed. */
static inline void aspace_outdate(struct aspace *space)
{
    if (aspace_current != space)
        space->stale = true;
}

/* One of its pages is not what it was. */
static inline void aspace_outdate_page(struct aspace *space, uint64_t at)
{
    if (aspace_current == space)
        arch_tlb_flush_page(at);
    else
        space->stale = true;
}

#endif
