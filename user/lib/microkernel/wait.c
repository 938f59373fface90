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

#include "clock.h"

struct lock mk_lock;

/* Where records are found: a few at first, more when more tasks wait at once.
 * What was made stays, as who leaves does so without the lock. */
struct places {
    struct places *next;
    struct k_wait *volatile record[K_WAITS_MAX]; /* NULL: free */
};

static struct places first_places;

/* One that was free last. */
static k_wait_place *volatile place_free = &first_places.record[0];

unsigned wait_count(void)
{
    unsigned count = 0;

    for (const struct places *at = &first_places; at != NULL; at = at->next) {
        for (unsigned i = 0; i < K_WAITS_MAX; i++)
            count += at->record[i] != NULL;
    }
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
    wait->hole = at;
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
    unsigned hole = wait->hole;
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

/* A free place, or NULL; the end of all places if there is none. */
static k_wait_place *place_find(struct places **end)
{
    if (*place_free == NULL)
        return place_free;
    for (struct places *at = &first_places; at != NULL; at = at->next) {
        *end = at;
        for (unsigned i = 0; i < K_WAITS_MAX; i++) {
            if (at->record[i] == NULL)
                return &at->record[i];
        }
    }
    return NULL;
}

static bool record_enter(struct k_wait *wait)
{
    KnRgnDesc more = {
        .size = sizeof(struct places),
        .options = K_ANYWHERE | K_WRITABLE | K_FILLZERO,
    };
    struct places *end = NULL;

    wait->place = place_find(&end);
    if (wait->place == NULL) {
        if (rgnAllocate(K_MYACTOR, &more) != K_OK)
            return false;
        end->next = (struct places *)more.startAddr;
        wait->place = &end->next->record[0];
    }
    *wait->place = wait;
    return true;
}

/* Needs no lock: the place is the record's alone until the store is done. */
static void record_leave(const struct k_wait *wait)
{
    *wait->place = NULL;
    place_free = wait->place;
}

bool wait_enter(struct k_wait *wait, struct k_wait_queue *queue)
{
    if (!record_enter(wait))
        return false;
    wait->handed = 0;
    wait->value = NULL;
    wait->queue = queue;
    wait->sequence = queue->sequence++;
    sift_up(queue, queue->count++, wait);
    return true;
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

/* Calls act for all records. */
static void records_do(void (*act)(struct k_wait *wait, const uintptr_t *stack),
                       const uintptr_t *stack)
{
    for (struct places *at = &first_places; at != NULL; at = at->next) {
        for (unsigned i = 0; i < K_WAITS_MAX; i++) {
            if (at->record[i] != NULL)
                act(at->record[i], stack);
        }
    }
}

static void end_in_stack(struct k_wait *wait, const uintptr_t *stack)
{
    if (wait->owner >= stack[0] && wait->owner < stack[1] && wait_leave(wait))
        wait->give_on(wait);
}

static void wake_handed(struct k_wait *wait, const uintptr_t *stack)
{
    (void)stack;
    if (wait->handed)
        wait_wake(wait);
}

void wait_forget(uintptr_t low, uintptr_t high)
{
    const uintptr_t stack[] = {low, high};

    records_do(end_in_stack, stack);
    records_do(wake_handed, stack);
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
