/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor's fault, and what is to be done after it.
 */
#ifndef KERNEL_AFTERMATH_H
#define KERNEL_AFTERMATH_H

#include "kernel/sched.h"

/* The running thread has done what it must not, and its actor's note says
 * what.  Ends the actor's life, or puts that off: then the thread that goes on
 * is returned, which has been told of it, and is ready to be resumed. */
struct thread *aftermath_begin(struct thread *fallen);

/* Does what was put off, if anything was: the first thing that is done when
 * the kernel is entered. */
void aftermath_finish(void);

/* Does the same for a trap of who is not said to run: its context is ctx. */
void aftermath_resume(const struct arch_context *ctx);

/* Reports the fault of whose end was put off, if anybody's was, to a panic,
 * which comes before that end. */
void aftermath_report(void);

/* The thread that made a trap, when all is done that was put off. */
static inline struct thread *aftermath_enter(const struct arch_context *ctx)
{
    struct thread *thread = thread_of(ctx);

    if (__builtin_expect(thread != sched_running(), false))
        aftermath_resume(ctx);
    return thread;
}

#endif
