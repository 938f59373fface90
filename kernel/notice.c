/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the supervisor is told.
 */
#include "kernel/notice.h"

#include "drivers/timer.h"
#include "kernel/actor.h"
#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/time.h"

_Static_assert(HR_GROUPS_MAX <= 29, "a notice is no error");

static struct {
    unsigned changed;    /* since hrWait() returned */
    struct link waiting; /* the supervisor's thread, if it waits */
    int watcher;         /* aid of who waited last */
} notice;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)

void notice_init(void)
{
    list_init(&notice.waiting);
}

struct thread *notice_hand(unsigned what)
{
    struct thread *thread;

    if (list_empty(&notice.waiting))
        return NULL;
    thread = IN_QUEUE(notice.waiting.next);
    thread_wake(thread, (long)(notice.changed | what));
    notice.changed = 0;
    return thread;
}

void notice_give(unsigned what)
{
    if (notice_hand(what) == NULL)
        notice.changed |= what;
}

static void watcher_wake(void)
{
    if (notice.changed != 0)
        notice_give(notice.changed);
}

void notice_give_later(unsigned what)
{
    notice.changed |= what;
    time_call_off(TIME_NOTICE);
    time_call(TIME_NOTICE, timer_now_ns() + NOTICE_DELAY_NS, watcher_wake);
}

void notice_told(unsigned what)
{
    notice.changed &= ~what;
}

long notice_wait(uint64_t deadline_ns)
{
    unsigned changed = notice.changed;

    notice.watcher = sched_running()->actor->aid;
    if (changed != 0) {
        notice.changed = 0;
        return (long)changed;
    }
    if (!list_empty(&notice.waiting))
        return K_EBUSY;
    if (deadline_ns == 0)
        return K_ETIMEOUT;
    thread_wait(&notice.waiting, deadline_ns, K_ETIMEOUT);
    return CALL_PENDING;
}

bool notice_is_watcher(int aid)
{
    return notice.watcher == aid;
}
