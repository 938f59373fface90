/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The crash log: the last lives that ended abnormally, of whatever actor.  It
 * is the kernel's, so it ends with the kernel; the supervisor files what it
 * finds here in the bank.
 */
#ifndef KERNEL_CRASHLOG_H
#define KERNEL_CRASHLOG_H

#include "kernel/actor.h"

/* The present life of actor ends, as end (HR_END_...) and actor->fault say. */
void crashlog_add(const struct actor *actor, int end);

/* The group of the last crash was started again at once. */
void crashlog_restarted(void);

/* The number of the last crash. */
unsigned crashlog_count(void);

/* Tells of the first crash after number since (0: of the oldest that is
 * kept).  False: there is none. */
bool crashlog_next(unsigned since, KnCrash *crash);

/* The number of the last crash that the supervisor has been told of. */
unsigned crashlog_told(void);
void crashlog_tell(unsigned sequence);

/* A crash of the site's last life, in whose words it is told on. */
void crashlog_take(const KnCrash *crash);

/* The way in which a life ended, in words. */
void crashlog_words(int end, const struct fault_note *fault, char *text,
                    size_t size);

#endif
