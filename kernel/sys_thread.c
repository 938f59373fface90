/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on threads and time.
 */
#include "drivers/timer.h"
#include "kernel/restart.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/time.h"
#include "mm/ucopy.h"

/* Reads the optional KnFifoThParms; without one *priority stays. */
static KnError priority_in(const struct call *call, uint64_t at,
                           unsigned *priority)
{
    KnFifoThParms parms;
    KnError error;

    if (at == 0)
        return K_OK;
    error = call_in(call, &parms, at, sizeof(parms));
    if (error != K_OK)
        return error;
    if (parms.fifoClass != K_SCHED_FIFO)
        return K_EINVAL;
    if (parms.fifoPriority < K_FIFO_PRIOMAX ||
        parms.fifoPriority > K_FIFO_PRIOMIN)
        return K_EINVAL;
    /* A user actor does not outrank what keeps the site alive and in hand. */
    if (parms.fifoPriority <= PRIORITY_INIT &&
        !actor_trusted(call->actor))
        return K_EPRIV;
    *priority = (unsigned)parms.fifoPriority;
    return K_OK;
}

static KnError start_in(const struct call *call, uint64_t at,
                        struct thread_start *start)
{
    KnDefaultStartInfo_f info;
    KnError error = call_in(call, &info, at, sizeof(info));

    if (error != K_OK)
        return error;
    if (info.dsType != K_DEFAULT_START_INFO)
        return K_EINVAL;
    if (info.dsPrivilege != K_USERTHREAD && info.dsPrivilege != K_SUPTHREAD)
        return K_EINVAL;
    start->entry = uaddr((uintptr_t)info.dsEntry);
    start->stack = uaddr((uintptr_t)info.dsUserStackPointer);
    if (start->entry.raw >= ASPACE_MAX || start->stack.raw > ASPACE_MAX)
        return K_EADDR;
    return K_OK;
}

long sys_threadCreate(struct call *call)
{
    int status = (int)call->arg[2];
    struct thread_start start;
    struct thread *thread;
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK && status != K_ACTIVE && status != K_INACTIVE)
        error = K_EINVAL;
    if (error == K_OK)
        error = start_in(call, call->arg[4], &start);
    start.priority = call->thread->priority;
    if (error == K_OK)
        error = priority_in(call, call->arg[3], &start.priority);
    if (error == K_OK)
        error = ucopy_out_check(&call->actor->space, uaddr(call->arg[1]),
                                sizeof(KnThreadLid));
    if (error != K_OK)
        return error;
    thread = thread_create(actor, &start);
    if (thread == NULL)
        return K_ENOMEM;
    if (status == K_ACTIVE)
        thread_activate(thread);
    return call_out(call, call->arg[1], &thread->lid, sizeof(thread->lid));
}

static struct thread *find(const struct call *call, const struct actor *actor,
                           KnThreadLid lid)
{
    if (lid == K_MYSELF && actor == call->actor)
        return call->thread;
    return thread_find(actor, lid);
}

/* The thread that a call's first two arguments name. */
static KnError thread_in(const struct call *call, struct thread **thread)
{
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error != K_OK)
        return error;
    *thread = find(call, actor, (KnThreadLid)call->arg[1]);
    return *thread == NULL ? K_EUNKNOWN : K_OK;
}

/* An actor without a thread will never do anything again: that is its end,
 * as if it had called exit(0). */
static void end_without_threads(struct actor *actor)
{
    if (actor->thread_count > 0 || actor->state != HR_ACTOR_RUNNING)
        return;
    if (actor->image == NULL)
        return; /* it began without one, too: actorCreate() */
    actor->exit_status = 0;
    restart_end(actor, HR_END_EXIT);
}

long sys_threadDelete(struct call *call)
{
    struct actor *actor;
    struct thread *thread;
    bool pending;
    KnError error = thread_in(call, &thread);

    if (error != K_OK)
        return error;
    actor = thread->actor;
    pending = thread == call->thread;
    thread_delete(thread);
    end_without_threads(actor);
    return pending ? CALL_PENDING : K_OK;
}

long sys_threadActivate(struct call *call)
{
    struct thread *thread;
    KnError error = thread_in(call, &thread);

    if (error != K_OK)
        return error;
    if (thread->state != THREAD_INACTIVE)
        return K_EINVAL;
    thread_activate(thread);
    return K_OK;
}

long sys_threadAbort(struct call *call)
{
    struct thread *thread;
    KnError error = thread_in(call, &thread);

    if (error == K_OK)
        thread_abort(thread);
    return error;
}

long sys_threadSuspend(struct call *call)
{
    struct thread *thread;
    KnError error = thread_in(call, &thread);

    if (error == K_OK)
        thread_suspend(thread);
    return error;
}

long sys_threadResume(struct call *call)
{
    struct thread *thread;
    KnError error = thread_in(call, &thread);

    if (error == K_OK)
        thread_resume(thread);
    return error;
}

long sys_threadScheduler(struct call *call)
{
    struct thread *thread;
    KnFifoThParms old = {.fifoClass = K_SCHED_FIFO};
    unsigned priority;
    KnError error = thread_in(call, &thread);

    if (error != K_OK)
        return error;
    priority = thread->priority;
    old.fifoPriority = (KnFifoPriority)priority;
    error = priority_in(call, call->arg[3], &priority);
    if (error == K_OK && call->arg[2] != 0)
        error = call_out(call, call->arg[2], &old, sizeof(old));
    if (error == K_OK && call->arg[3] != 0)
        thread_set_priority(thread, priority);
    return error;
}

/* Apart, so that a switch between threads does not pay for it. */
static __attribute__((noinline)) long delay(struct call *call)
{
    uint64_t deadline_ns;
    KnError error = call_limit(call, call->arg[0], &deadline_ns);

    if (error != K_OK)
        return error;
    if (thread_aborted(call->thread))
        return K_EABORT;
    thread_wait(NULL, deadline_ns, K_OK);
    return CALL_PENDING;
}

long sys_threadDelay(struct call *call)
{
    if (call->arg[0] != (uintptr_t)K_NOBLOCK)
        return delay(call);
    sched_yield();
    return K_OK;
}

long sys_threadSelf(struct call *call)
{
    return call->thread->lid;
}

long sys_sysTime(struct call *call)
{
    KnTimeVal now = time_to_timeval(timer_now_ns());

    return call_out(call, call->arg[0], &now, sizeof(now));
}
