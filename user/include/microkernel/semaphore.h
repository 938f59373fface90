/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Semaphores: counters that tasks wait on.
 */
#ifndef MICROKERNEL_SEMAPHORE_H
#define MICROKERNEL_SEMAPHORE_H

#include <microkernel/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct k_semaphore *ksem_t;

struct k_semaphore {
    const char *name;
    unsigned count;
    struct k_wait_queue queue;
};

/* Defines a semaphore at file scope; its count begins at 0.  Another file
 * uses `extern const ksem_t name;`. */
#define DEFINE_SEMAPHORE(semaphore)                                            \
    struct k_semaphore _k_semaphore_##semaphore = {.name = #semaphore};        \
    extern const ksem_t semaphore;                                             \
    const ksem_t semaphore = &_k_semaphore_##semaphore

/* Hands the semaphore to the task of the highest priority that has waited
 * longest; if none waits, counts it.  Any thread; does not block.  From
 * task_sem_give(). */
void task_sem_give(ksem_t semaphore);

/* Takes the semaphore, or waits for it: not at all (TICKS_NONE), for some
 * ticks, or for ever (TICKS_UNLIMITED).  Any thread; may block.
 *
 *   RC_OK      taken
 *   RC_FAIL    TICKS_NONE, and it was not there; threadAbort(); or
 *              K_WAITS_MAX tasks wait already
 *   RC_TIME    it did not come in time
 *
 * From task_sem_take(). */
int task_sem_take(ksem_t semaphore, int32_t ticks);

/* How often it can be taken now; makes that 0.  Any thread; does not block.
 * From task_sem_count_get(), task_sem_reset(). */
int task_sem_count_get(ksem_t semaphore);
void task_sem_reset(ksem_t semaphore);

#ifdef __cplusplus
}
#endif
#endif
