/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From registers to a function and back: the one place where results become
 * registers.
 */
#include "kernel/syscall.h"

#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "mm/ucopy.h"

enum right { ANY, TRUSTED, BOOT };

static const struct entry {
    const char *name;
    long (*function)(struct call *call);
    enum right right;
} table[] = {
#define SYSCALL(number, name, right, blocks, ...)                              \
    [number] = {#name, sys_##name, right},
#include "kernel/syscall.def"
#undef SYSCALL
};

#define TABLE_SIZE (sizeof(table) / sizeof(table[0]))

static bool may_call(const struct actor *actor, enum right right)
{
    switch (right) {
    case ANY:
        return true;
    case TRUSTED:
        return actor_trusted(actor);
    case BOOT:
        return actor->role == ACTOR_BOOT;
    }
    return false;
}

static long dispatch(uint64_t number, struct call *call)
{
    if (number >= TABLE_SIZE || table[number].function == NULL)
        return K_ENOSYS;
    if (!may_call(call->actor, table[number].right))
        return K_EPRIV;
    return table[number].function(call);
}

void syscall_run(struct thread *thread)
{
    struct call call = {.thread = thread, .actor = thread->actor};
    uint64_t number = arch_context_get_call(&thread->context, call.arg);
    long result = dispatch(number, &call);

    if (result != CALL_PENDING)
        arch_context_set_result(&thread->context, result);
}

KnError call_in(const struct call *call, void *to, uint64_t from, size_t size)
{
    return ucopy_in(&call->actor->space, to, uaddr(from), size);
}

KnError call_out(const struct call *call, uint64_t to, const void *from,
                 size_t size)
{
    return ucopy_out(&call->actor->space, uaddr(to), from, size);
}

KnError call_actor(const struct call *call, uint64_t cap, struct actor **actor)
{
    KnCap copy;
    KnError error;

    *actor = call->actor;
    if (cap == (uintptr_t)K_MYACTOR)
        return K_OK;
    error = call_in(call, &copy, cap, sizeof(copy));
    if (error == K_OK)
        error = actor_by_cap(call->actor, &copy, actor);
    if (error == K_OK && *actor != call->actor && !actor_trusted(call->actor))
        error = K_EPRIV;
    return error;
}

KnError call_limit(const struct call *call, uint64_t limit,
                   uint64_t *deadline_ns)
{
    KnTimeVal value;
    uint64_t wait_ns;
    KnError error;

    *deadline_ns = limit == (uintptr_t)K_NOBLOCK ? 0 : UINT64_MAX;
    if (limit == (uintptr_t)K_NOBLOCK || limit == (uintptr_t)K_NOTIMEOUT)
        return K_OK;
    error = call_in(call, &value, limit, sizeof(value));
    if (error != K_OK)
        return error;
    if (!time_from_timeval(&value, &wait_ns))
        return K_EINVAL;
    *deadline_ns = timer_now_ns() + wait_ns;
    return K_OK;
}

long call_table_out(const struct call *call, const struct call_table *out)
{
    uint64_t fit = out->size / out->entry_size;
    uint64_t count = fit < out->total ? fit : out->total;
    KnError error = call_out(call, out->to, out->entries,
                             count * out->entry_size);

    return error == K_OK ? (long)out->total : error;
}
