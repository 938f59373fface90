/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tasks that wait for something that another task hands them, and the one
 * lock over all state of this library.  Not installed.
 */
#ifndef MICROKERNEL_WAIT_H
#define MICROKERNEL_WAIT_H

#include <microkernel/base.h>
#include <stdbool.h>

#include "../lock.h"

/*            wait_enter            wait_hand
 *   (stack) -----------> QUEUED --------------> HANDED
 *                          | time out, abort      | taken
 *                          +--------> gone <------+
 *
 * A record lies on the stack of its task, and is among all records until the
 * task is back in the library, or was aborted. */
typedef struct k_wait *volatile k_wait_place;

struct k_wait {
    unsigned handed; /* the word that the task waits on: 0 or 1 */
    unsigned priority;
    uint64_t sequence;
    unsigned hole; /* in the heap */
    struct k_wait_queue *queue;
    k_wait_place *place; /* among all records */
    uintptr_t owner; /* an address in the stack of its task */
    void *value;     /* what it is handed */
    void *object;    /* the map or semaphore */
    void (*give_on)(struct k_wait *wait); /* when nobody will take it */
};

/* The lock, and how many records there are, for tests. */
extern struct lock mk_lock;
unsigned wait_count(void);

/* All of these with the lock taken. */

/* Whether one more can wait there. */
static inline bool wait_room(const struct k_wait_queue *queue)
{
    return queue->count < K_WAITS_MAX;
}

/* Queues a record where there is room; owner, priority and give_on are set.
 * False: there is no memory for one more. */
bool wait_enter(struct k_wait *wait, struct k_wait_queue *queue);

/* The best record in the queue; NULL: nobody waits. */
static inline const struct k_wait *wait_first(const struct k_wait_queue *queue)
{
    return queue->count > 0 ? queue->heap[0] : NULL;
}

/* Takes that out of the queue and hands it value; NULL: nobody waits.  From
 * then on its task may go on, without the lock: nothing is to be read of the
 * record, nor done that the task must find done.  Whoever hands wakes it
 * (wait_wake) when the lock is released. */
struct k_wait *wait_hand(struct k_wait_queue *queue, void *value);

/* Ends a record, in whatever state it is; true if it had been handed. */
bool wait_leave(struct k_wait *wait);

/* Ends the records of a task that is no more, whose stack is [low, high): what
 * was handed is given on.  Whom it was about to wake is woken. */
void wait_forget(uintptr_t low, uintptr_t high);

/* Without the lock. */
void wait_wake(struct k_wait *wait);

/* Releases the lock and waits for a record that was entered; then ends it.
 * RC_OK: handed; RC_TIME; RC_FAIL: threadAbort(). */
int wait_sleep(struct k_wait *wait, int32_t ticks);

#endif
