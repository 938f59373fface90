/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A queue is a binary heap: entering, leaving and handing over take
 * at most six steps for 64 waiters, whatever their order.  The hand-over is
 * done when `handed` is stored, under the lock and last; the wake-up that
 * follows only makes it seen.  So a time limit that passes in between has lost,
 * and whoever is aborted between the two is looked after by wait_forget().  Who
 * finds that something was handed needs the lock no more: its record is in no
 * queue, and its place among all records is its own.
 */
#include "wait.h"

#include <reprise.h>
#include <stdlib.h>

#include "clock.h"

struct lock mk_lock;

static struct {
    struct k_wait *volatile records[K_WAITS_MAX]; /* all; NULL: free */
    volatile unsigned free; /* one that was free last */
} waits;

unsigned wait_count(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < K_WAITS_MAX; i++)
        count += waits.records[i] != NULL;
    return count;
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

static void record_enter(struct k_wait *wait)
{
    unsigned at = waits.free, tried = 0;

    for (; waits.records[at] != NULL; at = (at + 1) % K_WAITS_MAX) {
        if (tried++ == K_WAITS_MAX)
            abort(); /* more threads than a queue has room for */
    }
    wait->record = at;
    waits.records[at] = wait;
}

/* Needs no lock: the place is the record's alone until the store is done. */
static void record_leave(const struct k_wait *wait)
{
    waits.records[wait->record] = NULL;
    waits.free = wait->record;
}

void wait_enter(struct k_wait *wait, struct k_wait_queue *queue)
{
    wait->handed = 0;
    wait->value = NULL;
    wait->queue = queue;
    wait->sequence = queue->sequence++;
    sift_up(queue, queue->count++, wait);
    record_enter(wait);
}

struct k_wait *wait_hand(struct k_wait_queue *queue, void *value)
{
    struct k_wait *wait;

    if (queue->count == 0)
        return NULL;
    wait = queue->heap[0];
    heap_remove(wait);
    wait->value = value;
    __atomic_store_n(&wait->handed, 1, __ATOMIC_RELEASE);
    return wait;
}

bool wait_leave(struct k_wait *wait)
{
    if (wait->queue != NULL)
        heap_remove(wait);
    record_leave(wait);
    return wait->handed != 0;
}

void wait_forget(uintptr_t low, uintptr_t high)
{
    for (unsigned i = 0; i < K_WAITS_MAX; i++) {
        struct k_wait *wait = waits.records[i];

        if (wait != NULL && wait->owner >= low && wait->owner < high &&
            wait_leave(wait))
            wait->give_on(wait);
    }
    for (unsigned i = 0; i < K_WAITS_MAX; i++) {
        struct k_wait *wait = waits.records[i];

        if (wait != NULL && wait->handed)
            wait_wake(wait);
    }
}

void wait_wake(struct k_wait *wait)
{
    (void)syncWake(&wait->handed, 1);
}

/* Nobody has handed it anything, or has he, in the last moment? */
static __attribute__((noinline)) int give_up(struct k_wait *wait, int error)
{
    int result = error == K_ETIMEOUT ? RC_TIME : RC_FAIL;

    lock_take(&mk_lock);
    if (wait_leave(wait))
        result = RC_OK;
    lock_release(&mk_lock);
    return result;
}

/* A wake-up may have been for whoever was at this address before: so it is
 * the word that counts, and the limit is an instant. */
int wait_sleep(struct k_wait *wait, int32_t ticks)
{
    struct clock_limit limit = clock_limit(ticks);

    lock_release(&mk_lock);
    while (__atomic_load_n(&wait->handed, __ATOMIC_ACQUIRE) == 0) {
        int error = syncWait(&wait->handed, 0, clock_rest(&limit));

        if (error != K_OK)
            return give_up(wait, error);
    }
    record_leave(wait); /* it is in no queue any more */
    return RC_OK;
}
