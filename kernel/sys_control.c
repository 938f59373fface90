/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls that make actors without an image, name, stop and start them,
 * and wait for their end.
 */
#include "kernel/await.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "mm/ucopy.h"

/* Bytes of a new name that are read; most of them are cut off again. */
#define NAME_READ_MAX 256

long sys_actorCreate(struct call *call)
{
    int privilege = (int)call->arg[2], status = (int)call->arg[3];
    struct actor *owner, *actor;
    KnError error = call_actor(call, call->arg[0], &owner);
    KnCap cap;

    if (error == K_OK &&
        (privilege < K_USERACTOR || privilege > K_SUPACTOR ||
         (status != K_ACTIVE && status != K_STOPPED)))
        error = K_EINVAL;
    if (error == K_OK)
        error = ucopy_out_check(&call->actor->space, uaddr(call->arg[1]),
                                sizeof(cap));
    if (error == K_OK && !await_can_promise(call->actor))
        error = K_EFULL;
    if (error == K_OK)
        error = actor_create_bare(call->actor, privilege, &actor);
    if (error != K_OK)
        return error;
    await_promise(call->actor, actor);
    if (status == K_STOPPED)
        thread_stop_all(actor);
    cap = actor_cap(actor);
    return call_out(call, call->arg[1], &cap, sizeof(cap));
}

/* A name is printed on the console, and typed there. */
static bool name_good(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~')
            return false;
    }
    return name[0] != '\0';
}

long sys_actorName(struct call *call)
{
    uint64_t old_at = call->arg[1], new_at = call->arg[2];
    char old[K_ACTORNAMEMAX], new[NAME_READ_MAX];
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK && new_at != 0)
        error = ucopy_string(&call->actor->space, new, uaddr(new_at),
                             sizeof(new));
    if (error == K_OK && new_at != 0 && !name_good(new))
        error = K_EINVAL;
    if (error != K_OK)
        return error;
    string_copy(old, actor_name(actor), sizeof(old));
    if (old_at != 0)
        error = call_out(call, old_at, old, sizeof(old));
    if (error == K_OK && new_at != 0)
        actor_rename(actor, new);
    return error;
}

long sys_actorStart(struct call *call)
{
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        thread_start_all(actor);
    return error;
}

long sys_actorStop(struct call *call)
{
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        thread_stop_all(actor);
    return error;
}

long sys_actorStat(struct call *call)
{
    uint64_t at = call->arg[1];
    uint64_t room = (unsigned)call->arg[2] / sizeof(KnActorStat);
    long count = 0;

    if ((unsigned)call->arg[0] != 0)
        return K_EINVAL;
    for (struct actor *actor = NULL; (actor = actor_next(actor)) != NULL;) {
        KnActorStat stat = {.asStatus = K_ACTIVE};

        if (actor->state != HR_ACTOR_RUNNING || (uint64_t)count++ >= room)
            continue;
        stat.asCap = actor_cap(actor);
        stat.asStatus = actor->stopped ? K_STOPPED : K_ACTIVE;
        if (call_out(call, at, &stat, sizeof(stat)) != K_OK)
            return K_EFAULT;
        at += sizeof(stat);
    }
    return count;
}

/* A thread that has waited makes its call again, and knows the answer. */
static bool await_over(struct thread *thread, int *aid, int *status)
{
    if (thread->await_status == 0)
        return false;
    *status = (int)(thread->await_status & ~(long)AWAIT_TOLD);
    *aid = thread->await_aid;
    thread->await_status = 0;
    return true;
}

static long await_begin(struct call *call, int *aid, int *status)
{
    uint64_t deadline_ns;
    KnCap cap;
    KnError error = call_in(call, &cap, call->arg[0], sizeof(cap));

    if (error == K_OK)
        error = ucopy_out_check(&call->actor->space, uaddr(call->arg[1]),
                                sizeof(*status));
    if (error == K_OK)
        error = call_limit(call, call->arg[2], &deadline_ns);
    if (error != K_OK)
        return error;
    *aid = (int)cap.ui.uiTail;
    return await_wait(call, &cap, deadline_ns, status);
}

long sys_actorAwait(struct call *call)
{
    int aid = 0, status = 0;
    long result = K_OK;

    if (!await_over(call->thread, &aid, &status))
        result = await_begin(call, &aid, &status);
    if (result != K_OK)
        return result;
    result = call_out(call, call->arg[1], &status, sizeof(status));
    if (result != K_OK)
        return result;
    await_done(call->actor, aid);
    return aid;
}
