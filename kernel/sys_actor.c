/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on actors.
 */
#include "kernel/await.h"
#include "kernel/fault.h"
#include "kernel/klog.h"
#include "kernel/restart.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "mm/ucopy.h"

/* Bytes that one actorPeek() copies at most. */
#define PEEK_MAX 1024

long sys_actorSelf(struct call *call)
{
    KnCap cap = actor_cap(call->actor);

    return call_out(call, call->arg[0], &cap, sizeof(cap));
}

/* Only user <-> system changes exist, and only trusted callers make them. */
static KnError privilege_change(const struct call *call, struct actor *actor,
                                KnActorPrivilege privilege)
{
    if (privilege != K_USERACTOR && privilege != K_SYSTEMACTOR)
        return K_EINVAL;
    if (!actor_trusted(call->actor) || actor->privilege == K_SUPACTOR)
        return K_EPRIV;
    actor->privilege = privilege;
    pmm_trust(&actor->holder, actor_trusted(actor));
    actor->space.quota.trusted = actor_trusted(actor);
    return K_OK;
}

long sys_actorPrivilege(struct call *call)
{
    uint64_t old_at = call->arg[1], new_at = call->arg[2];
    KnActorPrivilege old, new;
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error != K_OK)
        return error;
    old = actor->privilege;
    if (new_at != 0) {
        error = call_in(call, &new, new_at, sizeof(new));
        if (error == K_OK && old_at != 0)
            error = ucopy_out_check(&call->actor->space, uaddr(old_at),
                                    sizeof(old));
        if (error == K_OK)
            error = privilege_change(call, actor, new);
    }
    if (error == K_OK && old_at != 0)
        error = call_out(call, old_at, &old, sizeof(old));
    return error;
}

long sys_actorList(struct call *call)
{
    uint64_t at = call->arg[0], room = call->arg[1] / sizeof(KnActorInfo);
    KnActorInfo info;
    long count = 0;

    for (struct actor *actor = NULL; (actor = actor_next(actor)) != NULL;) {
        if ((uint64_t)count++ >= room)
            continue;
        actor_describe(actor, &info);
        actor_describe_fault(actor, info.fault, sizeof(info.fault));
        if (call_out(call, at, &info, sizeof(info)) != K_OK)
            return K_EFAULT;
        at += sizeof(info);
    }
    return count;
}

/* Starts an actor by one of two functions, and promises the caller its end if
 * it wants to be told. */
static long spawn(struct call *call, long (*start)(struct actor *caller,
                                                   const KnActorSpawn *spawn))
{
    KnActorSpawn spawn;
    KnError error = call_in(call, &spawn, call->arg[0], sizeof(spawn));
    bool awaited;
    long aid;

    if (error != K_OK)
        return error;
    /* Only trusted actors get the capability that awaits() takes. */
    awaited = (spawn.flags & K_SPAWN_AWAITED) && actor_trusted(call->actor);
    spawn.flags &= ~K_SPAWN_AWAITED;
    if (awaited && !await_can_promise(call->actor))
        return K_EFULL;
    aid = start(call->actor, &spawn);
    if (aid > 0 && awaited)
        await_promise(call->actor, actor_find((int)aid));
    return aid;
}

static long spawn_any(struct actor *caller, const KnActorSpawn *spawn)
{
    if ((spawn->flags & K_SPAWN_SITE) && caller->role != ACTOR_BOOT)
        return K_EPRIV;
    return restart_spawn(spawn);
}

long sys_actorSpawn(struct call *call)
{
    return spawn(call, spawn_any);
}

long sys_hrExec(struct call *call)
{
    return spawn(call, restart_exec);
}

/* The end of a life may be the end of the caller's. */
static long end_result(const struct call *call, const struct actor *actor)
{
    return actor == call->actor ? CALL_PENDING : K_OK;
}

long sys_actorKill(struct call *call)
{
    struct actor *actor = actor_find((int)call->arg[0]);

    if (actor == NULL)
        return K_EUNKNOWN;
    if (actor->state != HR_ACTOR_RUNNING)
        return K_EBUSY;
    klog("kill: %s (aid %d) by %s\n", actor_name(actor), actor->aid,
         actor_name(call->actor));
    restart_end(actor, HR_END_KILL);
    return end_result(call, actor);
}

long sys_acapOf(struct call *call)
{
    struct actor *actor = actor_find((int)call->arg[0]);
    KnCap cap;

    if (actor == NULL || actor->state != HR_ACTOR_RUNNING)
        return K_EUNKNOWN;
    cap = actor_cap(actor);
    return call_out(call, call->arg[1], &cap, sizeof(cap));
}

/* Who deletes what it has made itself (actorCreate()) does not ask how it
 * ended. */
static bool nobody_asks(const struct call *call, const struct actor *actor)
{
    return actor->image == NULL && actor->promised_to == call->actor->aid;
}

static long kill_by_cap(struct call *call, int event)
{
    struct actor *actor;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error != K_OK)
        return error;
    if (nobody_asks(call, actor))
        await_done(call->actor, actor->aid);
    klog("kill: %s (aid %d) by %s\n", actor_name(actor), actor->aid,
         actor_name(call->actor));
    actor->event = event;
    restart_end(actor, HR_END_KILL);
    return end_result(call, actor);
}

long sys_akillOf(struct call *call)
{
    return kill_by_cap(call, K_EVENT_AKILL);
}

long sys_actorDelete(struct call *call)
{
    return kill_by_cap(call, K_EVENT_DELETE);
}

/* Words that the actor has chosen go to the console: printable ones only. */
static void words_clean(char *words, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (words[i] < ' ' || words[i] > '~')
            words[i] = '?';
    }
    words[size] = '\0';
}

long sys_actorFault(struct call *call)
{
    struct actor *actor = call->actor;
    char words[FAULT_WORDS_MAX];
    uint64_t size = call->arg[1];
    KnError error;

    if (size >= sizeof(words))
        size = sizeof(words) - 1;
    error = call_in(call, words, call->arg[0], size);
    if (error != K_OK)
        return error;
    words_clean(words, size);
    actor->fault.fault.kind = FAULT_SAID;
    string_copy(actor->fault.said, words, sizeof(words));
    fault_report(call->thread);
    restart_end(actor, HR_END_FAULT);
    return CALL_PENDING;
}

long sys_actorPublish(struct call *call)
{
    call->actor->objects = call->arg[0];
    call->actor->object_count = (unsigned)call->arg[1];
    return K_OK;
}

long sys_actorPeek(struct call *call)
{
    const struct actor *actor = actor_find((int)call->arg[0]);
    char bytes[PEEK_MAX];
    uint64_t size = call->arg[3] < PEEK_MAX ? call->arg[3] : PEEK_MAX;
    KnError error;

    if (actor == NULL || actor->state != HR_ACTOR_RUNNING)
        return K_EUNKNOWN;
    size = aspace_peek(&actor->space, call->arg[1], bytes, size);
    if (size == 0)
        return K_EADDR;
    error = call_out(call, call->arg[2], bytes, size);
    return error == K_OK ? (long)size : error;
}

long sys_actorExit(struct call *call)
{
    struct actor *actor = call->actor;

    actor->exit_status = (int)call->arg[0];
    if (actor->role != ACTOR_PLAIN && !actor->clean)
        klog("exit: %s (aid %d) ends with status %d, without hrExitHdl()\n",
             actor_name(actor), actor->aid, actor->exit_status);
    restart_end(actor, HR_END_EXIT);
    return CALL_PENDING;
}
