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
    struct link limits;   /* threads, soonest first */
    uint64_t armed_ns; /* when the alarm rings */
    struct {
        uint64_t at_ns; /* UINT64_MAX: not to be made */
        void (*function)(void);
    } call[TIME_CALLERS];
} time;

#define IN_TIME(link) LIST_ENTRY(link, struct thread, in_time)

void time_init(void)
{
    list_init(&time.limits);
    time.armed_ns = UINT64_MAX;
    for (unsigned who = 0; who < TIME_CALLERS; who++)
        time.call[who].at_ns = UINT64_MAX;
}

void time_limit(struct thread *thread, uint64_t deadline_ns)
{
    struct link *at = time.limits.next;

    thread->deadline_ns = deadline_ns;
    while (at != &time.limits && IN_TIME(at)->deadline_ns <= deadline_ns)
        at = at->next;
    list_insert_before(at, &thread->in_time);
}

void time_forget(struct thread *thread)
{
    list_remove(&thread->in_time);
}

void time_call(enum time_caller who, uint64_t at_ns, void (*function)(void))
{
    ASSERT(time.call[who].at_ns == UINT64_MAX);
    time.call[who].at_ns = at_ns;
    time.call[who].function = function;
}

void time_call_off(enum time_caller who)
{
    time.call[who].at_ns = UINT64_MAX;
}

static void calls_make(uint64_t now_ns)
{
    for (unsigned who = 0; who < TIME_CALLERS; who++) {
        if (now_ns < time.call[who].at_ns)
            continue;
        time.call[who].at_ns = UINT64_MAX;
        time.call[who].function();
    }
}

void time_tick(void)
{
    uint64_t now_ns = timer_now_ns();

    time.armed_ns = UINT64_MAX;
    while (!list_empty(&time.limits)) {
        struct thread *thread = IN_TIME(time.limits.next);

        if (thread->deadline_ns > now_ns)
            break;
        thread_wake(thread, thread->timeout_result);
    }
    if (sched_turn_end() <= now_ns)
        sched_yield();
    calls_make(now_ns);
}

void time_arm(void)
{
    uint64_t at = sched_turn_end();

    if (!list_empty(&time.limits)) {
        uint64_t limit = IN_TIME(time.limits.next)->deadline_ns;

        at = limit < at ? limit : at;
    }
    for (unsigned who = 0; who < TIME_CALLERS; who++)
        at = time.call[who].at_ns < at ? time.call[who].at_ns : at;
    if (at == time.armed_ns)
        return;
    time.armed_ns = at;
    timer_set_alarm(at);
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
