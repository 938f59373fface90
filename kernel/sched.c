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
#include "kernel/time.h"
#include "drivers/timer.h"

#define WORD_BITS 64

static struct {
    struct link queue[PRIORITY_COUNT];
    uint64_t occupied[PRIORITY_COUNT / WORD_BITS];
    unsigned words; /* a bit for each of these that is not 0 */
    struct thread *resident; /* whose registers the processor holds */
    struct actor *charged;   /* uses the processor ... */
    uint64_t charged_ns;     /* ... and has paid until here */
} sched;

struct sched_front sched_front;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)

void sched_init(void)
{
    for (unsigned i = 0; i < PRIORITY_COUNT; i++)
        list_init(&sched.queue[i]);
}

/* ---- Accounts ----------------------------------------------------------- */

/* The processor goes to an actor, or to nobody. */
static inline void charge(struct actor *next, uint64_t now_ns)
{
    if (sched.charged != NULL)
        sched.charged->account.cpu_ns += now_ns - sched.charged_ns;
    sched.charged = next;
    sched.charged_ns = now_ns;
}

/* The first of an actor's threads wants to run; none does any more.  Apart,
 * and last where they are called: what is rare must cost the rest nothing. */
static __attribute__((noinline)) void ready_begin(struct actor_account *account)
{
    account->ready_since_ns = timer_now_ns();
}

static __attribute__((noinline)) void ready_end(struct actor_account *account)
{
    account->ready_ns += timer_now_ns() - account->ready_since_ns;
}

static inline void account_add(struct actor_account *account)
{
    if (account->ready++ == 0)
        ready_begin(account);
}

static inline void account_remove(struct actor_account *account)
{
    ASSERT(account->ready > 0);
    if (--account->ready == 0)
        ready_end(account);
}

uint64_t sched_starved_ns(const struct actor *actor)
{
    const struct actor_account *account = &actor->account;
    uint64_t ready_ns = account->ready_ns;

    charge(sched.charged, timer_now_ns());
    if (account->ready > 0)
        ready_ns += timer_now_ns() - account->ready_since_ns;
    return ready_ns > account->cpu_ns ? ready_ns - account->cpu_ns : 0;
}

/* ---- Queues ------------------------------------------------------------- */

void sched_unsettle(void)
{
    sched_front.settled = false;
}

void sched_show(struct thread *thread)
{
    ASSERT(sched_front.running == NULL);
    ASSERT(thread == sched.resident);
    sched_front.running = thread;
}

static void occupied_set(unsigned priority)
{
    sched.occupied[priority / WORD_BITS] |= 1ull << priority % WORD_BITS;
    sched.words |= 1u << priority / WORD_BITS;
}

static void occupied_clear(unsigned priority)
{
    uint64_t *word = &sched.occupied[priority / WORD_BITS];

    *word &= ~(1ull << priority % WORD_BITS);
    if (*word == 0)
        sched.words &= ~(1u << priority / WORD_BITS);
}

void sched_add(struct thread *thread)
{
    const struct thread *running = sched_front.running;

    ASSERT(thread->state == THREAD_READY);
    thread->turn_end_ns = UINT64_MAX;
    list_append(&sched.queue[thread->priority], &thread->in_queue);
    occupied_set(thread->priority);
    if (running == NULL || thread->priority <= running->priority)
        sched_unsettle();
    account_add(&thread->actor->account);
}

void sched_remove(struct thread *thread)
{
    ASSERT(thread->state == THREAD_READY);
    if (thread->in_queue.next == thread->in_queue.prev)
        occupied_clear(thread->priority); /* its only neighbour is the queue */
    list_remove(&thread->in_queue);
    if (thread == sched_front.running) {
        sched_front.running = NULL;
        sched_unsettle();
    }
    account_remove(&thread->actor->account);
}

void sched_forget(struct thread *thread)
{
    if (thread->state == THREAD_READY)
        sched_remove(thread);
    if (thread == sched.resident)
        sched.resident = NULL;
}

static bool has_equal(const struct thread *thread)
{
    return thread->in_queue.next != thread->in_queue.prev;
}

/* The processor gets the registers of another thread than the last, which may
 * be no more (NULL), and its space. */
static inline void take_over(struct thread *next, struct thread *last)
{
    if (last == NULL || last->actor != next->actor)
        aspace_activate(&next->actor->space);
    arch_context_switch(last != NULL ? &last->context : NULL, &next->context);
}

/* Makes the first of a queue the running thread: its account, its turn.  All
 * in one piece: between two threads hardly anything else costs so much. */
static inline void begin(struct thread *next, bool equal)
{
    bool begins = equal && next->turn_end_ns == UINT64_MAX;

    sched_front.running = next;
    if (begins || next->actor != sched.charged) {
        uint64_t now_ns = timer_now_ns();

        if (next->actor != sched.charged)
            charge(next->actor, now_ns);
        if (begins)
            next->turn_end_ns = now_ns + SCHED_QUANTUM_NS;
    }
    if (equal)
        time_alarm(next->turn_end_ns);
}

void sched_yield(void)
{
    struct thread *thread = sched_front.running;
    struct thread *next = IN_QUEUE(thread->in_queue.next);
    struct link *queue;

    thread->turn_end_ns = UINT64_MAX;
    if (!has_equal(thread))
        return;
    queue = &sched.queue[thread->priority];
    ASSERT(queue->next == &thread->in_queue);
    list_rotate(queue);
    if (!sched_front.settled || next->call_again) {
        sched_unsettle();
        return;
    }
    begin(next, true); /* nobody is better than the two of them */
    sched.resident = next;
    take_over(next, thread);
}

static struct thread *best(void)
{
    unsigned word, bit;

    if (sched.words == 0)
        return NULL;
    word = (unsigned)__builtin_ctz(sched.words);
    bit = (unsigned)__builtin_ctzll(sched.occupied[word]);
    return IN_QUEUE(sched.queue[word * WORD_BITS + bit].next);
}

static __attribute__((noinline)) struct thread *choose_nobody(void)
{
    if (sched.charged != NULL)
        charge(NULL, timer_now_ns());
    return NULL;
}

struct thread *sched_choose(void)
{
    struct thread *next = best(), *last;

    if (next == NULL)
        return choose_nobody();
    sched_front.settled = true;
    begin(next, has_equal(next));
    last = sched.resident;
    sched.resident = next;
    if (next != last)
        take_over(next, last);
    return next;
}

uint64_t sched_turn_end(void)
{
    struct thread *thread = sched_front.running;

    return thread == NULL || !has_equal(thread) ? UINT64_MAX
                                                : thread->turn_end_ns;
}
