/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls.  kernel/syscall.def lists them; sys_*.c has them, one
 * function each, grouped as the list is.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "kernel/actor.h"
#include "kernel/thread.h"

/* What a call returns when it has no result for its caller yet, or there is
 * no caller any more: no register is touched. */
#define CALL_PENDING (-1000L)

/* Makes the call that the thread's registers ask for. */
void syscall_run(struct thread *thread);

/* The calls.  Each returns its result, a negative error, or CALL_PENDING. */
#define SYSCALL(number, name, right, blocks, ...)                              \
    long sys_##name(struct call *call);
#include "kernel/syscall.def"
#undef SYSCALL

/* Copies a structure in or out for a call; K_OK or K_EFAULT. */
KnError call_in(const struct call *call, void *to, uint64_t from, size_t size)
    __attribute__((warn_unused_result));
KnError call_out(const struct call *call, uint64_t to, const void *from,
                 size_t size) __attribute__((warn_unused_result));

/* Looks up the actor of a CAP argument; others than its own only for trusted
 * callers.  K_OK, K_EFAULT, K_EUNKNOWN or K_EPRIV. */
KnError call_actor(const struct call *call, uint64_t cap,
                   struct actor **actor) __attribute__((warn_unused_result));

/* The same as call_limit() for what is not K_NOTIMEOUT. */
KnError call_limit_read(const struct call *call, uint64_t limit,
                        uint64_t *deadline_ns)
    __attribute__((warn_unused_result));

/* Reads a LIMIT argument: UINT64_MAX for K_NOTIMEOUT, 0 for K_NOBLOCK, else
 * the instant.  K_OK, K_EFAULT, or K_EINVAL for what is no time. */
static inline __attribute__((warn_unused_result)) KnError call_limit(
    const struct call *call, uint64_t limit, uint64_t *deadline_ns)
{
    *deadline_ns = UINT64_MAX;
    return limit == (uintptr_t)K_NOTIMEOUT
               ? K_OK
               : call_limit_read(call, limit, deadline_ns);
}

/* Copies out the first entries of a table of total ones, as many whole ones
 * as fit in size bytes at to.  Returns total, or K_EFAULT. */
struct call_table {
    uint64_t to, size; /* the caller's BUF and SIZE */
    size_t entry_size;
    const void *entries;
    unsigned total; /* entries holds at least as many as fit */
};
long call_table_out(const struct call *call, const struct call_table *table);

#endif
