/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The locks of newlib (malloc, stdio, atexit, environment), so that threads
 * of one actor may use it together.
 *
 * While an actor has had only one thread they do nothing, and cost nothing.
 * Afterwards a thread that finds a lock taken sleeps and looks again: the
 * holder may have a lower priority, so yielding would not let it run.  Two
 * limits: errno is one for all threads, and a thread that is deleted while
 * it holds a lock leaves it taken.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/lock.h>

#include <chorus.h>

#include "lib.h"

#define RETRY_NS 1000000 /* 1 ms: one tick or a few */

struct __lock {
    atomic_int owner;      /* lid + 1 of the thread that holds it, or 0 */
    unsigned depth;        /* acquisitions by the owner; its own only */
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

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
    if (!threads_exist)
        return 1;
    int self = threadSelf() + 1, nobody = 0;
    if (atomic_load(&lock->owner) != self &&
        !atomic_compare_exchange_strong(&lock->owner, &nobody, self))
        return 0;
    lock->depth++;
    return 1;
}

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
    KnTimeVal pause = {.tmNSec = RETRY_NS};
    while (!__retarget_lock_try_acquire_recursive(lock))
        (void)threadDelay(&pause);
}

/* A lock of depth 0 was acquired before there were threads. */
void __retarget_lock_release_recursive(_LOCK_T lock)
{
    if (lock->depth > 0 && --lock->depth == 0)
        atomic_store(&lock->owner, 0);
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
