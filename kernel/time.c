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
    struct avl limits;    /* threads, soonest first */
    uint64_t call_at_ns;  /* of call */
    void (*call)(void);
} time;

uint64_t time_armed_ns;

#define IN_TIME(node) AVL_ENTRY(node, struct thread, in_time)

void time_init(void)
{
    time.limits = (struct avl){.root = NULL};
    time_armed_ns = UINT64_MAX;
    time.call_at_ns = UINT64_MAX;
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

void time_call(uint64_t at_ns, void (*function)(void))
{
    ASSERT(time.call_at_ns == UINT64_MAX);
    time.call_at_ns = at_ns;
    time.call = function;
    time_alarm(at_ns);
}

static void call_due(void)
{
    time.call_at_ns = UINT64_MAX;
    time.call();
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
    if (time.call_at_ns > now_ns)
        time_alarm(time.call_at_ns);
    else
        call_due();
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
