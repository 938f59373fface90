/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on what actors may have, and on whether the kernel's accounts
 * agree.
 */
#include "kernel/check.h"
#include "kernel/cmdline.h"
#include "kernel/limits.h"
#include "kernel/string.h"
#include "kernel/syscall.h"

long sys_actorQuota(struct call *call)
{
    int aid = (int)call->arg[0];
    const struct actor *actor = aid == 0 ? call->actor : actor_find(aid);
    KnActorQuota quota;

    if (actor == NULL)
        return K_EUNKNOWN;
    limits_describe(actor, &quota);
    return call_out(call, call->arg[1], &quota, sizeof(quota));
}

/* It takes long, with interrupts off: a test asks for it on the command
 * line, or there is no such call. */
long sys_sysCheck(struct call *call)
{
    const char *wrong;
    size_t size;
    KnError error;

    if (!cmdline_is("test.check", "1"))
        return K_ENOSYS;
    wrong = check_all();
    if (wrong == NULL)
        return K_OK;
    size = strlen(wrong) + 1;
    error = call_out(call, call->arg[0], wrong,
                     size < call->arg[1] ? size : call->arg[1]);
    return error == K_OK ? K_EFAIL : error;
}
