/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the supervisor is told.  Level, not edge: only that in some group some
 * state has changed.  It then reads them all (hrMembers).  A notice that comes
 * while it is busy waits; one that comes while it is dead is not needed, since
 * its new life looks at every group.
 */
#ifndef KERNEL_NOTICE_H
#define KERNEL_NOTICE_H

#include "kernel/thread.h"

/* Nothing to tell, nobody waiting.  Once a start. */
void notice_init(void);

/* What is told of a change in a group; in none (-1): of a crash. */
static inline unsigned notice_of(int group)
{
    return group < 0 ? HR_NOTICE_CRASH : 1u << group;
}

/* Tells it: bits of HR_NOTICE_... and groups. */
void notice_give(unsigned notice);

/* The same in a millisecond: whoever was started has the processor first. */
void notice_give_later(unsigned notice);

/* The same, if a thread waits for it: which.  NULL: none does, and nothing has
 * changed. */
struct thread *notice_hand(unsigned notice);

/* It has been told already. */
void notice_told(unsigned notice);

/* hrWait(): the running thread waits until there is something to tell.  What
 * that is, or an error. */
long notice_wait(uint64_t deadline_ns);

/* Whether it was a thread of that life that waited last. */
bool notice_is_watcher(int aid);

#endif
