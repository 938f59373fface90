/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The plain lock of this library: three instructions when nobody else wants
 * it, and a wait in the kernel, never a spin, when somebody does.  Not
 * recursive.  Not installed.
 */
#ifndef LIB_LOCK_H
#define LIB_LOCK_H

#include <stdatomic.h>

/* LOCK_FREE, LOCK_TAKEN, or LOCK_WANTED: taken, and somebody may wait. */
struct lock {
    atomic_uint word;
};

enum { LOCK_FREE, LOCK_TAKEN, LOCK_WANTED };

/* The slow halves. */
void lock_wait(struct lock *lock);
void lock_wake(struct lock *lock);

static inline void lock_take(struct lock *lock)
{
    unsigned nobody = LOCK_FREE;

    if (!atomic_compare_exchange_strong_explicit(
            &lock->word, &nobody, LOCK_TAKEN, memory_order_acquire,
            memory_order_relaxed))
        lock_wait(lock);
}

static inline void lock_release(struct lock *lock)
{
    if (atomic_exchange_explicit(&lock->word, LOCK_FREE,
                                 memory_order_release) == LOCK_WANTED)
        lock_wake(lock);
}

/* The holder has stopped another thread, perhaps one that had been woken for
 * this lock: the release must wake one more. */
static inline void lock_recall(struct lock *lock)
{
    atomic_store_explicit(&lock->word, LOCK_WANTED, memory_order_relaxed);
}

#endif
