/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Locks: the plain one of lock.h, and those of newlib (malloc, stdio, atexit,
 * environment), so that threads of one actor may use it together.
 *
 * While an actor has had only one thread newlib's do nothing, and cost
 * nothing.  Two limits: errno is one for all threads, and a thread that is
 * deleted while it holds a lock leaves it taken.
 */
#include "lock.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/lock.h>

#include <reprise.h>

#include "lib.h"

/* Whoever waits leaves LOCK_WANTED behind, also when it gets the lock: it
 * cannot know whether it was the last.  A release then wakes nobody, once.  An
 * aborted wait begins again, and the abort is left for the caller's next one:
 * these locks are held for moments only. */
void lock_wait(struct lock *lock)
{
    bool aborted = false;

    while (atomic_exchange_explicit(&lock->word, LOCK_WANTED,
                                    memory_order_acquire) != LOCK_FREE) {
        if (syncWait((const unsigned *)&lock->word, LOCK_WANTED,
                     K_NOTIMEOUT) == K_EABORT)
            aborted = true;
    }
    if (aborted)
        (void)threadAbort(K_MYACTOR, K_MYSELF);
}

void lock_wake(struct lock *lock)
{
    (void)syncWake((const unsigned *)&lock->word, 1);
}

struct __lock {
    struct lock lock;
    atomic_int owner; /* lid of the thread that holds it, or 0 */
    unsigned depth;   /* acquisitions by the owner; its own only */
};

struct __lock __lock___sinit_recursive_mutex, __lock___sfp_recursive_mutex,
    __lock___atexit_recursive_mutex, __lock___at_quick_exit_mutex,
    __lock___malloc_recursive_mutex, __lock___env_recursive_mutex,
    __lock___tz_mutex, __lock___dd_hash_mutex, __lock___arc4random_mutex;

/* For files that are opened when there is no memory for a lock of theirs. */
static struct __lock lock_of_last_resort;

static bool threads_exist;

void lock_enable(void)
{
    threads_exist = true;
}

static void own(_LOCK_T lock, int self)
{
    atomic_store(&lock->owner, self);
    lock->depth = 1;
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    if (!threads_exist)
        return 1;
    int self = threadSelf();
    unsigned nobody = LOCK_FREE;

    if (atomic_load(&lock->owner) == self) {
        lock->depth++;
        return 1;
    }
    if (!atomic_compare_exchange_strong(&lock->lock.word, &nobody, LOCK_TAKEN))
        return 0;
    own(lock, self);
    return 1;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    if (__retarget_lock_try_acquire_recursive(lock))
        return;
    lock_take(&lock->lock);
    own(lock, threadSelf());
}

/* A lock of depth 0 was acquired before there were threads. */
void __retarget_lock_release_recursive(_LOCK_T lock)
{
    if (lock->depth == 0 || --lock->depth > 0)
        return;
    atomic_store(&lock->owner, 0);
    lock_release(&lock->lock);
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    *lock = calloc(1, sizeof **lock);
    if (*lock == NULL)
        *lock = &lock_of_last_resort;
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    if (lock != &lock_of_last_resort)
        free(lock);
}

/* Recursion does not hurt where newlib does not ask for it. */

int __retarget_lock_try_acquire(_LOCK_T lock)
{
    return __retarget_lock_try_acquire_recursive(lock);
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    __retarget_lock_acquire_recursive(lock);
}

void __retarget_lock_release(_LOCK_T lock)
{
    __retarget_lock_release_recursive(lock);
}

void __retarget_lock_init(_LOCK_T *lock)
{
    __retarget_lock_init_recursive(lock);
}

void __retarget_lock_close(_LOCK_T lock)
{
    __retarget_lock_close_recursive(lock);
}
