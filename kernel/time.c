/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Time limits and turns.
 */
#include "kernel/time.h"

#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/sched.h"

#define NS_PER_SECOND 1000000000ull

static struct {
    struct avl limits; /* threads, soonest first */
    struct {
        uint64_t at_ns; /* UINT64_MAX: not to be made */
        void (*function)(void);
    } call[TIME_CALLERS];
} time;

uint64_t time_armed_ns;

#define IN_TIME(node) AVL_ENTRY(node, struct thread, in_time)

void time_init(void)
{
    time.limits = (struct avl){.root = NULL};
    time_armed_ns = UINT64_MAX;
    for (unsigned who = 0; who < TIME_CALLERS; who++)
        time.call[who].at_ns = UINT64_MAX;
}

void time_alarm_set(uint64_t at_ns)
{
    time_armed_ns = at_ns;
    timer_set_alarm(at_ns);
}

void time_limit(struct thread *thread, uint64_t deadline_ns)
{
    struct avl_node *parent = NULL, *at = time.limits.root;
    unsigned side = 0;

    thread->deadline_ns = deadline_ns;
    while (at != NULL) {
        parent = at;
        side = IN_TIME(at)->deadline_ns <= deadline_ns;
        at = at->child[side];
    }
    avl_insert(&time.limits, parent, side, &thread->in_time);
    time_alarm(deadline_ns);
}

void time_forget(struct thread *thread)
{
    avl_remove(&time.limits, &thread->in_time);
}

void time_call(enum time_caller who, uint64_t at_ns, void (*function)(void))
{
    ASSERT(time.call[who].at_ns == UINT64_MAX);
    time.call[who].at_ns = at_ns;
    time.call[who].function = function;
    time_alarm(at_ns);
}

void time_call_off(enum time_caller who)
{
    time.call[who].at_ns = UINT64_MAX;
}

static void calls_make(uint64_t now_ns)
{
    for (unsigned who = 0; who < TIME_CALLERS; who++) {
        if (now_ns < time.call[who].at_ns) {
            time_alarm(time.call[who].at_ns);
            continue;
        }
        time.call[who].at_ns = UINT64_MAX;
        time.call[who].function();
    }
}

void time_tick(void)
{
    uint64_t now_ns = timer_now_ns();

    time_armed_ns = UINT64_MAX;
    while (time.limits.root != NULL) {
        struct thread *thread = IN_TIME(avl_first(&time.limits));

        if (thread->deadline_ns > now_ns) {
            time_alarm(thread->deadline_ns);
            break;
        }
        thread_wake(thread, thread->timeout_result);
    }
    if (sched_turn_end() <= now_ns)
        sched_yield();
    sched_unsettle(); /* whoever runs next has the alarm set for its turn */
    calls_make(now_ns);
}

bool time_from_timeval(const KnTimeVal *value, uint64_t *ns)
{
    if (value->tmSec < 0 || value->tmNSec < 0)
        return false;
    if (value->tmNSec >= (long)NS_PER_SECOND)
        return false;
    if ((uint64_t)value->tmSec >= UINT64_MAX / 4 / NS_PER_SECOND)
        return false;
    *ns = (uint64_t)value->tmSec * NS_PER_SECOND + (uint64_t)value->tmNSec;
    return true;
}

KnTimeVal time_to_timeval(uint64_t ns)
{
    return (KnTimeVal){
        .tmSec = (long)(ns / NS_PER_SECOND),
        .tmNSec = (long)(ns % NS_PER_SECOND),
    };
}
