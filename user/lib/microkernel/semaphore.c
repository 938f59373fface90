/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Semaphores.
 */
#include <microkernel/semaphore.h>

#include "task.h"
#include "wait.h"

/* With the lock taken; the waiter to be woken, or NULL. */
static struct k_wait *give(struct k_semaphore *semaphore)
{
    struct k_wait *wait = wait_hand(&semaphore->queue, semaphore);

    if (wait == NULL)
        semaphore->count++;
    return wait;
}

static void give_on(struct k_wait *wait)
{
    (void)give(wait->object);
}

void task_sem_give(ksem_t semaphore)
{
    struct k_wait *wait;

    lock_take(&mk_lock);
    wait = give(semaphore);
    lock_release(&mk_lock);
    if (wait != NULL)
        wait_wake(wait);
}

static __attribute__((noinline)) int take_wait(struct k_semaphore *semaphore,
                                               int32_t ticks)
{
    struct k_wait wait = {
        .owner = (uintptr_t)&wait,
        .priority = task_priority_of((uintptr_t)&wait),
        .object = semaphore,
        .give_on = give_on,
    };

    if (!wait_enter(&wait, &semaphore->queue)) {
        lock_release(&mk_lock);
        return RC_FAIL;
    }
    return wait_sleep(&wait, ticks);
}

int task_sem_take(ksem_t semaphore, int32_t ticks)
{
    int result = RC_FAIL;

    lock_take(&mk_lock);
    if (semaphore->count > 0) {
        semaphore->count--;
        result = RC_OK;
    } else if (ticks != TICKS_NONE && wait_room(&semaphore->queue)) {
        return take_wait(semaphore, ticks);
    }
    lock_release(&mk_lock);
    return result;
}

int task_sem_count_get(ksem_t semaphore)
{
    return (int)*(volatile unsigned *)&semaphore->count;
}

void task_sem_reset(ksem_t semaphore)
{
    lock_take(&mk_lock);
    semaphore->count = 0;
    lock_release(&mk_lock);
}
