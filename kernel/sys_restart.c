/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls of hot restart.
 */
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

long sys_hrStart(struct call *call)
{
    return restart_start((int)call->arg[0]);
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

long sys_hrGroupFree(struct call *call)
{
    if (!is_group((int)call->arg[0]))
        return K_EINVAL;
    return (long)pmm_free_group((int)call->arg[0]);
}
