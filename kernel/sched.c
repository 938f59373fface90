/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A queue for each priority, and a bit for each queue that is not
 * empty: choosing costs the same however many threads there are.  The running
 * thread stays at the head of its queue, so "running" is not a state of its
 * own, and preemption is nothing but choosing again at the next trap.
 *
 * A turn has an end only while an equal waits for it; otherwise nothing ticks.
 * The end belongs to the thread and stays when a more urgent one comes between:
 * one that comes often would otherwise begin the same turn again and again.
 */
#include "kernel/sched.h"

#include "kernel/actor.h"
#include "kernel/assert.h"
#include "kernel/config.h"
#include "drivers/timer.h"

#define WORD_BITS 64

static struct {
    struct link queue[PRIORITY_COUNT];
    uint64_t occupied[PRIORITY_COUNT / WORD_BITS];
    struct thread *running;  /* made the last trap; NULL when it has gone */
    struct thread *resident; /* whose registers the processor holds */
} sched;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)

void sched_init(void)
{
    for (unsigned i = 0; i < PRIORITY_COUNT; i++)
        list_init(&sched.queue[i]);
}

void sched_add(struct thread *thread)
{
    ASSERT(thread->state == THREAD_READY);
    thread->turn_end_ns = UINT64_MAX;
    list_append(&sched.queue[thread->priority], &thread->in_queue);
    sched.occupied[thread->priority / WORD_BITS] |=
        1ull << thread->priority % WORD_BITS;
}

void sched_remove(struct thread *thread)
{
    struct link *queue = &sched.queue[thread->priority];

    ASSERT(thread->state == THREAD_READY);
    list_remove(&thread->in_queue);
    if (list_empty(queue))
        sched.occupied[thread->priority / WORD_BITS] &=
            ~(1ull << thread->priority % WORD_BITS);
    if (thread == sched.running)
        sched.running = NULL;
}

void sched_forget(struct thread *thread)
{
    if (thread->state == THREAD_READY)
        sched_remove(thread);
    if (thread == sched.resident)
        sched.resident = NULL;
}

struct thread *sched_running(void)
{
    return sched.running;
}

static bool has_equal(const struct thread *thread)
{
    return thread->in_queue.next != thread->in_queue.prev;
}

void sched_yield(void)
{
    struct thread *thread = sched.running;

    ASSERT(thread != NULL);
    list_remove(&thread->in_queue);
    list_append(&sched.queue[thread->priority], &thread->in_queue);
    thread->turn_end_ns = UINT64_MAX;
}

static struct thread *best(void)
{
    for (unsigned word = 0; word < PRIORITY_COUNT / WORD_BITS; word++) {
        if (sched.occupied[word] != 0) {
            unsigned bit = (unsigned)__builtin_ctzll(sched.occupied[word]);

            return IN_QUEUE(sched.queue[word * WORD_BITS + bit].next);
        }
    }
    return NULL;
}

struct thread *sched_choose(void)
{
    struct thread *next = best();

    if (next == NULL)
        return NULL;
    sched.running = next;
    aspace_activate(&next->actor->space);
    if (next != sched.resident)
        arch_context_switch(sched.resident ? &sched.resident->context : NULL,
                            &next->context);
    sched.resident = next;
    return next;
}

uint64_t sched_turn_end(void)
{
    struct thread *thread = sched.running;

    if (thread == NULL || !has_equal(thread))
        return UINT64_MAX;
    if (thread->turn_end_ns == UINT64_MAX)
        thread->turn_end_ns = timer_now_ns() + SCHED_QUANTUM_NS;
    return thread->turn_end_ns;
}
