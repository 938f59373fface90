/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls to wait on a word of memory and to wake who does.
 */
#include "kernel/sync.h"
#include "kernel/syscall.h"
#include "mm/ucopy.h"

/* The look and the wait are one step: interrupts are off in between. */
long sys_syncWait(struct call *call)
{
    uint64_t deadline_ns;
    uint32_t value;
    KnError error = K_EINVAL;

    if (call->arg[0] % sizeof(value) == 0)
        error = ucopy_in_word(&call->actor->space, &value,
                              uaddr(call->arg[0]));
    if (error == K_OK)
        error = call_limit(call, call->arg[2], &deadline_ns);
    if (error != K_OK)
        return error;
    if (thread_aborted(call->thread))
        return K_EABORT;
    if (value != (uint32_t)call->arg[1])
        return K_OK;
    if (deadline_ns == 0)
        return K_ETIMEOUT;
    sync_wait(uaddr(call->arg[0]), deadline_ns);
    return CALL_PENDING;
}

long sys_syncWake(struct call *call)
{
    uaddr_t word = uaddr(call->arg[0]);
    unsigned woken;

    if (word.raw % sizeof(uint32_t) != 0)
        return K_EINVAL;
    woken = sync_wake(call->actor, word, (unsigned)call->arg[1]);
    if (woken > 0)
        return (long)woken; /* somebody could read it to wait there */
    return ucopy_in_check(&call->actor->space, word, sizeof(uint32_t));
}
