/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A fault ends a life, and that is dear: a report, regions, blocks,
 * the whole group.  Who is to act on it should not wait for it.  So when the
 * supervisor sits in hrWait() it is told first, and goes on; the end itself is
 * put off until the kernel is entered again, for whatever reason, and is then
 * done before anything else:
 *
 *      fault ---> supervisor runs ---> its next call, or an interrupt
 *          told                   the end; then the call is made
 *
 * In between no other thread runs, and the kernel does nothing at all: what it
 * has put off nobody can see, neither peers, nor the supervisor, which sees
 * everything through calls.  So every promise about an end (at once, all of
 * the group, before the next life) holds as it was made.  If the supervisor is
 * busy, down, or not who runs next, the end comes at once.  Only the kernel's
 * own end may come in between, by what cannot be masked; the fault is reported
 * before it.
 *
 * A call must not pay for the question whether something was put off: nobody
 * is said to run meanwhile (sched_hide()), and that a call comes from who runs
 * is what every call makes sure of anyway.
 */
#include "kernel/aftermath.h"

#include "kernel/actor.h"
#include "kernel/assert.h"
#include "kernel/notice.h"
#include "kernel/restart.h"
#include "kernel/sched.h"

static struct {
    struct thread *fallen; /* whose fault it was; NULL: nothing is put off */
    struct thread *told;   /* who runs */
    unsigned notice;       /* what it was told */
} aftermath;

static void report(struct thread *fallen)
{
    struct actor *actor = fallen->actor;

    fault_place(&actor->holder, &actor->fault);
    fault_report(fallen);
}

/* The end itself. */
static void end(struct thread *fallen)
{
    report(fallen);
    restart_end(fallen->actor, HR_END_FAULT);
}

/* The end, of which the supervisor knows. */
static void end_known(void)
{
    struct thread *fallen = aftermath.fallen;

    aftermath.fallen = NULL;
    end(fallen);
    notice_told(aftermath.notice);
}

/* Tells the supervisor, if it waits, and chooses who runs. */
static bool tell_first(struct thread *fallen)
{
    ASSERT(aftermath.fallen == NULL);
    aftermath.notice = restart_fault_notice(fallen->actor);
    if (aftermath.notice == 0)
        return false;
    aftermath.told = notice_hand(aftermath.notice);
    if (aftermath.told == NULL)
        return false;
    aftermath.fallen = fallen;
    return sched_choose() == aftermath.told;
}

static __attribute__((noinline)) struct thread *end_at_once(
    struct thread *fallen)
{
    if (aftermath.fallen != NULL)
        end_known(); /* but somebody else is more urgent */
    else
        end(fallen);
    return NULL;
}

struct thread *aftermath_begin(struct thread *fallen)
{
    if (!tell_first(fallen))
        return end_at_once(fallen);
    sched_hide();
    return aftermath.told;
}

void aftermath_finish(void)
{
    if (aftermath.fallen == NULL)
        return;
    sched_show(aftermath.told);
    end_known();
    ASSERT(sched_running() == aftermath.told);
}

void aftermath_report(void)
{
    struct thread *fallen = aftermath.fallen;

    aftermath.fallen = NULL;
    if (fallen != NULL)
        report(fallen);
}

void aftermath_resume(const struct arch_context *ctx)
{
    ASSERT(sched_running() == NULL);
    aftermath_finish();
    ASSERT(sched_running() == thread_of(ctx));
}
