/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A queue is a binary heap: entering, leaving and handing over take
 * at most six steps for 64 waiters, whatever their order.  The hand-over is
 * done when `handed` is stored, under the lock; the wake-up that follows only
 * makes it seen.  So a time limit that passes in between has lost, and
 * whoever is aborted between the two is looked after by wait_forget().
 */
#include "wait.h"

#include <reprise.h>

#include "clock.h"

struct lock mk_lock;

static struct {
    struct k_wait *first; /* of all records */
    unsigned count;
} waits;

unsigned wait_count(void)
{
    return waits.count;
}

/* ---- The heap ---------------------------------------------------------- */

static bool before(const struct k_wait *a, const struct k_wait *b)
{
    if (a->priority != b->priority)
        return a->priority < b->priority;
    return a->sequence < b->sequence;
}

static void place(struct k_wait_queue *queue, unsigned at, struct k_wait *wait)
{
    queue->heap[at] = wait;
    wait->place = at;
}

/* Puts wait where it belongs, at or above the hole. */
static void sift_up(struct k_wait_queue *queue, unsigned hole,
                    struct k_wait *wait)
{
    while (hole > 0 && before(wait, queue->heap[(hole - 1) / 2])) {
        place(queue, hole, queue->heap[(hole - 1) / 2]);
        hole = (hole - 1) / 2;
    }
    place(queue, hole, wait);
}

/* Puts wait where it belongs, at or below the hole. */
static void sift_down(struct k_wait_queue *queue, unsigned hole,
                      struct k_wait *wait)
{
    for (;;) {
        unsigned child = 2 * hole + 1;

        if (child + 1 < queue->count &&
            before(queue->heap[child + 1], queue->heap[child]))
            child++;
        if (child >= queue->count || !before(queue->heap[child], wait))
            break;
        place(queue, hole, queue->heap[child]);
        hole = child;
    }
    place(queue, hole, wait);
}

static void heap_remove(struct k_wait *wait)
{
    struct k_wait_queue *queue = wait->queue;
    unsigned hole = wait->place;
    struct k_wait *last = queue->heap[--queue->count];

    wait->queue = NULL;
    if (last == wait)
        return;
    if (hole > 0 && before(last, queue->heap[(hole - 1) / 2]))
        sift_up(queue, hole, last);
    else
        sift_down(queue, hole, last);
}

/* ---- Records ----------------------------------------------------------- */

void wait_enter(struct k_wait *wait, struct k_wait_queue *queue)
{
    wait->handed = 0;
    wait->value = NULL;
    wait->queue = queue;
    wait->sequence = queue->sequence++;
    sift_up(queue, queue->count++, wait);
    wait->prev = NULL;
    wait->next = waits.first;
    if (waits.first != NULL)
        waits.first->prev = wait;
    waits.first = wait;
    waits.count++;
}

struct k_wait *wait_hand(struct k_wait_queue *queue, void *value)
{
    struct k_wait *wait = queue->count > 0 ? queue->heap[0] : NULL;

    if (wait == NULL)
        return NULL;
    heap_remove(wait);
    wait->value = value;
    __atomic_store_n(&wait->handed, 1, __ATOMIC_RELEASE);
    return wait;
}

bool wait_leave(struct k_wait *wait)
{
    if (wait->queue != NULL)
        heap_remove(wait);
    if (wait->prev != NULL)
        wait->prev->next = wait->next;
    else
        waits.first = wait->next;
    if (wait->next != NULL)
        wait->next->prev = wait->prev;
    waits.count--;
    return wait->handed != 0;
}

void wait_forget(uintptr_t low, uintptr_t high)
{
    struct k_wait *next;

    for (struct k_wait *at = waits.first; at != NULL; at = next) {
        next = at->next;
        if (at->owner >= low && at->owner < high && wait_leave(at))
            at->give_on(at);
    }
    for (struct k_wait *at = waits.first; at != NULL; at = at->next) {
        if (at->handed)
            wait_wake(at);
    }
}

void wait_wake(struct k_wait *wait)
{
    (void)syncWake(&wait->handed, 1);
}

/* A wake-up may have been for whoever was at this address before: so it is
 * the word that counts, and the limit is an instant. */
int wait_sleep(struct k_wait *wait, int32_t ticks)
{
    struct clock_limit limit = clock_limit(ticks);
    int result = RC_OK;

    lock_release(&mk_lock);
    while (result == RC_OK &&
           __atomic_load_n(&wait->handed, __ATOMIC_ACQUIRE) == 0) {
        int error = syncWait(&wait->handed, 0, clock_rest(&limit));

        if (error == K_ETIMEOUT)
            result = RC_TIME;
        else if (error != K_OK)
            result = RC_FAIL;
    }
    lock_take(&mk_lock);
    if (wait_leave(wait))
        result = RC_OK;
    lock_release(&mk_lock);
    return result;
}
