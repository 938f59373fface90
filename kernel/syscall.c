/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From registers to a function and back: the one place where results become
 * registers.  This is the most travelled way of all: it makes nothing, and
 * when the caller goes on it looks at nothing else.
 */
#include "kernel/syscall.h"

#include "drivers/timer.h"
#include "kernel/aftermath.h"
#include "kernel/assert.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "kernel/trap.h"
#include "mm/ucopy.h"

enum right { NO_CALL, ANY, TRUSTED, BOOT };

typedef long call_function(struct call *call);

/* All calls that there are ... */
static const struct entry {
    call_function *function;
    enum right right;
} table[] = {
#define SYSCALL(number, name, right, blocks, ...)                              \
    [number] = {sys_##name, right},
#include "kernel/syscall.def"
#undef SYSCALL
};

/* ... and those that everybody may make. */
#define FOR_ANY(function) function
#define FOR_TRUSTED(function) NULL
#define FOR_BOOT(function) NULL
static call_function *const free_for_all[] = {
#define SYSCALL(number, name, right, blocks, ...)                              \
    [number] = FOR_##right(sys_##name),
#include "kernel/syscall.def"
#undef SYSCALL
};

enum {
#define SYSCALL(number, name, right, blocks, ...) NUMBER_##name = number,
#include "kernel/syscall.def"
#undef SYSCALL
};
_Static_assert(NUMBER_actorFault == TRAP_CALL_WHOLE, "its caller is reported");

#define TABLE_SIZE (sizeof(table) / sizeof(table[0]))
_Static_assert(sizeof(free_for_all) / sizeof(free_for_all[0]) == TABLE_SIZE,
               "the last call may be anybody's or not");

/* Makes a call that not everybody may make, if there is one of that number. */
static __attribute__((noinline)) long run_rare(struct call *call,
                                               uint64_t number)
{
    enum right right = number < TABLE_SIZE ? table[number].right : NO_CALL;

    if (right == NO_CALL)
        return K_ENOSYS;
    if (right == TRUSTED && !actor_trusted(call->actor))
        return K_EPRIV;
    if (right == BOOT && call->actor->role != ACTOR_BOOT)
        return K_EPRIV;
    return table[number].function(call);
}

static inline void run(struct thread *thread)
{
    uint64_t number = arch_context_call(&thread->context);
    long result;

    if (number < TABLE_SIZE && free_for_all[number] != NULL)
        result = free_for_all[number](&thread->call);
    else
        result = run_rare(&thread->call, number);
    if (result != CALL_PENDING)
        arch_context_set_result(&thread->context, result);
}

void syscall_run(struct thread *thread)
{
    run(thread);
}

struct arch_context *trap_syscall(struct arch_context *ctx)
{
    struct thread *thread = aftermath_enter(ctx);

    run(thread);
    return sched_settled() ? &sched_running()->context : trap_exit();
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

KnError call_limit_read(const struct call *call, uint64_t limit,
                        uint64_t *deadline_ns)
{
    KnTimeVal value;
    uint64_t wait_ns;
    KnError error;

    *deadline_ns = 0;
    if (limit == (uintptr_t)K_NOBLOCK)
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
