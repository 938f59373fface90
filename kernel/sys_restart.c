/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls of hot restart.
 */
#include "kernel/config.h"
#include "kernel/crashlog.h"
#include "kernel/klog.h"
#include "kernel/restart.h"
#include "kernel/syscall.h"
#include "boot/boot_info.h"

long sys_hrStartInfo(struct call *call)
{
    const struct actor *actor = call->actor;
    HrStartInfo info = {
        .kind = actor->kind,
        .restarts = actor->restarts,
        .group = actor->holder.group,
        .siteRestarts = boot_info.warm_count,
    };

    return call_out(call, call->arg[0], &info, sizeof(info));
}

long sys_hrExitHdl(struct call *call)
{
    call->actor->clean = true;
    return K_OK;
}

long sys_hrHealthy(struct call *call)
{
    call->actor->healthy = true;
    restart_notify(call->actor->holder.group);
    return K_OK;
}

long sys_hrRestart(struct call *call)
{
    struct actor *actor = call->actor;

    if (actor->role != ACTOR_RESTARTABLE)
        return K_EPRIV;
    klog("restart: asked for by %s (aid %d)\n", actor_name(actor),
         actor->aid);
    actor->clean = false;
    restart_end(actor, HR_END_RESTART);
    return CALL_PENDING;
}

long sys_hrHeartbeat(struct call *call)
{
    struct actor *actor = call->actor;
    long period_ms = (int)call->arg[0];
    bool changed = actor->beat_ms != (unsigned)period_ms;

    if (actor->role != ACTOR_RESTARTABLE)
        return K_EPRIV;
    if (period_ms != 0 &&
        (period_ms < HEARTBEAT_MS_MIN || period_ms > HEARTBEAT_MS_MAX))
        return K_EINVAL;
    actor_beat(actor, (unsigned)period_ms);
    if (changed)
        restart_notify(actor->holder.group);
    return K_OK;
}

long sys_hrEnd(struct call *call)
{
    int why = (int)call->arg[1];

    if (why != HR_END_SILENT && why != HR_END_STOP)
        return K_EINVAL;
    return restart_end_other((int)call->arg[0], why);
}

static bool is_group(int group)
{
    return group >= 0 && group < HR_GROUPS_MAX;
}

long sys_hrKillGroup(struct call *call)
{
    struct actor *self = call->actor;

    if (!is_group((int)call->arg[0]))
        return K_EINVAL;
    restart_kill_group((int)call->arg[0]);
    return self->state == HR_ACTOR_RUNNING ? K_OK : CALL_PENDING;
}

long sys_hrWait(struct call *call)
{
    uint64_t deadline_ns;
    KnError error = call_limit(call, call->arg[0], &deadline_ns);

    return error == K_OK ? restart_wait(deadline_ns) : error;
}

/* The members of one group, without the words of their faults. */
long sys_hrMembers(struct call *call)
{
    int group = (int)call->arg[0];
    uint64_t at = call->arg[1], room = call->arg[2] / sizeof(KnActorInfo);
    KnActorInfo info;
    long count = 0;

    if (group < 0 || group >= HR_GROUPS_MAX)
        return K_EINVAL;
    for (struct actor *actor = NULL;
         (actor = actor_next_in_group(group, actor)) != NULL;) {
        if ((uint64_t)count++ >= room)
            continue;
        actor_describe(actor, &info);
        if (call_out(call, at, &info, sizeof(info)) != K_OK)
            return K_EFAULT;
        at += sizeof(info);
    }
    return count;
}

long sys_hrCrashes(struct call *call)
{
    unsigned since = (unsigned)call->arg[0];
    uint64_t at = call->arg[1], room = call->arg[2] / sizeof(KnCrash);
    KnCrash crash;
    long count = 0;

    while ((uint64_t)count < room && crashlog_next(since, &crash)) {
        if (call_out(call, at, &crash, sizeof(crash)) != K_OK)
            return K_EFAULT;
        since = crash.sequence;
        at += sizeof(crash);
        count++;
    }
    if (call->actor->role == ACTOR_BOOT && count > 0)
        crashlog_tell(since);
    return count;
}

long sys_hrStart(struct call *call)
{
    return restart_start((int)call->arg[0], call->actor);
}

long sys_hrCredit(struct call *call)
{
    return restart_credit((int)call->arg[0], (unsigned)call->arg[1],
                          (unsigned)call->arg[2], call->actor);
}

long sys_hrDiscard(struct call *call)
{
    return restart_discard((int)call->arg[0]);
}

long sys_hrSpawnInfo(struct call *call)
{
    const struct actor *actor = actor_find((int)call->arg[0]);

    if (actor == NULL)
        return K_EUNKNOWN;
    return call_out(call, call->arg[1], &actor->spawn, sizeof(actor->spawn));
}

static void say_aside(const char *name, const char *aside)
{
    klog("pmm: block %s is set aside as %s\n", name, aside);
}

long sys_hrGroupAside(struct call *call)
{
    if (!is_group((int)call->arg[0]))
        return K_EINVAL;
    return (long)pmm_aside_group((int)call->arg[0], say_aside);
}

long sys_hrGroupFree(struct call *call)
{
    if (!is_group((int)call->arg[0]))
        return K_EINVAL;
    return (long)pmm_free_group((int)call->arg[0]);
}
