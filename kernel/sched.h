/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which thread runs: the one of highest priority that has waited longest.
 * Threads of one priority take turns of SCHED_QUANTUM_NS.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "kernel/thread.h"

/* What every trap looks at; only the functions of this file change it. */
struct sched_front {
    struct thread *running; /* made the last trap; NULL when it has gone */
    bool settled;           /* it is the best, and all is in place */
};
extern struct sched_front sched_front;

/* Empties the queues.  Once a start. */
void sched_init(void);

/* Puts a READY thread behind its equals. */
void sched_add(struct thread *thread);

/* Takes a READY thread out of its queue: it is about to wait. */
void sched_remove(struct thread *thread);

/* Forgets all about a thread that is about to be no more. */
void sched_forget(struct thread *thread);

/* The thread that made this trap, or NULL. */
static inline struct thread *sched_running(void)
{
    return sched_front.running;
}

/* Whether the running thread may go on without another sched_choose(). */
static inline bool sched_settled(void)
{
    return sched_front.settled;
}

/* Nobody is said to run, though thread does: the kernel has put something off
 * (aftermath.c). */
static inline void sched_hide(void)
{
    sched_front.running = NULL;
}

void sched_show(struct thread *thread);

/* It may not: time has passed, and with it perhaps a turn. */
void sched_unsettle(void);

/* Puts the running thread behind its equals.  The first of them is the running
 * one then, unless that is not settled. */
void sched_yield(void);

/* Makes the best thread the running one and returns it; NULL if none is
 * ready.  Its context and its space are the current ones then, and if it has
 * an equal, the alarm rings at the end of its turn or sooner. */
struct thread *sched_choose(void);

/* For how long the actor wanted to run and did not, since its slot was
 * taken. */
uint64_t sched_starved_ns(const struct actor *actor);

/* When the turn of the running thread ends; UINT64_MAX: no equal waits. */
uint64_t sched_turn_end(void);

#endif
