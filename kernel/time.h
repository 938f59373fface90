/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Time limits and turns, on one alarm.
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include "kernel/thread.h"

/* Begins without limits.  Once a start. */
void time_init(void);

/* Ends the wait of thread at deadline_ns, if nothing does before. */
void time_limit(struct thread *thread, uint64_t deadline_ns);

/* Drops a thread's limit; it has one. */
void time_forget(struct thread *thread);

/* The alarm rang: wakes whose limit is reached, ends a turn that is over. */
void time_tick(void);

/* Makes sure that the alarm rings at at_ns or sooner.  One that rings for
 * what nobody waits for any more does no harm: to set it costs more. */
extern uint64_t time_armed_ns; /* when it rings; time.c alone sets it */
void time_alarm_set(uint64_t at_ns);
static inline void time_alarm(uint64_t at_ns)
{
    if (at_ns < time_armed_ns)
        time_alarm_set(at_ns);
}

/* Who is called at a time: one call each. */
enum time_caller {
    TIME_STABLE, /* the site's sign of health */
    TIME_LINE,   /* the console's line has something to send */
    TIME_VIGIL,  /* who watches is watched */
    TIME_NOTICE, /* the supervisor has something to see */
    TIME_CALLERS,
};

/* Calls function once, at or soon after at_ns, from time_tick(). */
void time_call(enum time_caller who, uint64_t at_ns, void (*function)(void));

/* Takes it back, if it has not been made. */
void time_call_off(enum time_caller who);

/* Between KnTimeVal and nanoseconds.  False: not a time (negative, or
 * nanoseconds out of range, or beyond what 64 bits hold). */
bool time_from_timeval(const KnTimeVal *value, uint64_t *ns);
KnTimeVal time_to_timeval(uint64_t ns);

#endif
