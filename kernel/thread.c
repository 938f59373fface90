/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Threads: their stock, and the changes of state.
 */
#include "kernel/thread.h"

#include "kernel/actor.h"
#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/sched.h"
#include "kernel/sync.h"
#include "kernel/time.h"
#include "mm/stock.h"

static struct {
    struct stock stock;
} threads;

#define BY_LID(node) AVL_ENTRY(node, struct thread, by_lid)

void thread_init(unsigned count)
{
    stock_init(&threads.stock, sizeof(struct thread), count);
}

/* Ids only go up: a new one hangs behind all others. */
static void lid_insert(struct avl *tree, struct thread *thread)
{
    struct avl_node *last = tree->root;

    while (last != NULL && last->child[1] != NULL)
        last = last->child[1];
    avl_insert(tree, last, 1, &thread->by_lid);
}

void thread_renew(struct thread *thread, const struct thread_start *start)
{
    ASSERT(start->priority < PRIORITY_COUNT);
    ASSERT(thread->state == THREAD_INACTIVE);
    arch_context_init(&thread->context, start->entry, start->stack);
    thread->lid = thread->actor->next_lid++;
    thread->priority = start->priority;
    thread->call_again = false;
    thread->suspended = false;
    thread->aborted = false;
    thread->await_status = 0;
}

struct thread *thread_create(struct actor *actor,
                             const struct thread_start *start)
{
    struct thread *thread;

    if (!quota_allows(&actor->space.quota, QUOTA_THREADS, 1,
                      thread_available()))
        return NULL;
    thread = stock_take(&threads.stock);
    ASSERT(thread->state == THREAD_FREE);
    list_init(&thread->in_queue);
    list_init(&thread->in_actor);
    thread->state = THREAD_INACTIVE;
    thread->actor = actor;
    thread_renew(thread, start);
    thread->call = (struct call){
        .thread = thread,
        .actor = actor,
        .arg = arch_context_args(&thread->context),
    };
    list_append(&actor->threads, &thread->in_actor);
    lid_insert(&actor->lids, thread);
    actor->thread_count++;
    quota_set(&actor->space.quota, QUOTA_THREADS, actor->thread_count);
    return thread;
}

/* Takes a thread out of all in which it waits. */
static inline void wait_forget(struct thread *thread)
{
    if (avl_in_tree(&thread->in_time))
        time_forget(thread);
    if (avl_in_tree(&thread->in_sync))
        sync_forget(thread);
    else
        list_remove(&thread->in_queue);
}

void thread_rest(struct thread *thread)
{
    ASSERT(thread->state != THREAD_FREE);
    sched_forget(thread);
    wait_forget(thread);
    thread->state = THREAD_INACTIVE;
}

void thread_delete(struct thread *thread)
{
    thread_rest(thread);
    list_remove(&thread->in_actor);
    avl_remove(&thread->actor->lids, &thread->by_lid);
    thread->actor->thread_count--;
    quota_set(&thread->actor->space.quota, QUOTA_THREADS,
              thread->actor->thread_count);
    thread->actor = NULL;
    thread->state = THREAD_FREE;
    stock_give(&threads.stock, thread);
}

struct thread *thread_find(const struct actor *actor, KnThreadLid lid)
{
    struct avl_node *at = actor->lids.root;

    while (at != NULL && BY_LID(at)->lid != lid)
        at = at->child[BY_LID(at)->lid < lid];
    return at == NULL ? NULL : BY_LID(at);
}

static inline void make_ready(struct thread *thread)
{
    thread->state = THREAD_SUSPENDED;
    if (thread->suspended || thread->actor->stopped)
        return;
    thread->state = THREAD_READY;
    sched_add(thread);
}

void thread_activate(struct thread *thread)
{
    ASSERT(thread->state == THREAD_INACTIVE);
    make_ready(thread);
}

static void hold(struct thread *thread)
{
    if (thread->state == THREAD_READY) {
        sched_remove(thread);
        thread->state = THREAD_SUSPENDED;
    }
}

void thread_suspend(struct thread *thread)
{
    thread->suspended = true;
    hold(thread);
}

void thread_resume(struct thread *thread)
{
    thread->suspended = false;
    if (thread->state == THREAD_SUSPENDED)
        make_ready(thread);
}

#define IN_ACTOR(link) LIST_ENTRY(link, struct thread, in_actor)

void thread_stop_all(struct actor *actor)
{
    actor->stopped = true;
    for (struct link *at = actor->threads.next; at != &actor->threads;
         at = at->next)
        hold(IN_ACTOR(at));
}

void thread_start_all(struct actor *actor)
{
    actor->stopped = false;
    for (struct link *at = actor->threads.next; at != &actor->threads;
         at = at->next) {
        if (IN_ACTOR(at)->state == THREAD_SUSPENDED)
            make_ready(IN_ACTOR(at));
    }
}

void thread_set_priority(struct thread *thread, unsigned priority)
{
    bool ready = thread->state == THREAD_READY;

    ASSERT(priority < PRIORITY_COUNT);
    if (ready)
        sched_remove(thread);
    thread->priority = priority;
    if (ready)
        sched_add(thread);
}

void thread_wait(struct link *queue, uint64_t deadline_ns, long timeout_result)
{
    struct thread *thread = sched_running();

    ASSERT(thread->state == THREAD_READY);
    sched_remove(thread);
    thread->state = THREAD_WAITING;
    thread->timeout_result = timeout_result;
    if (queue != NULL)
        list_append(queue, &thread->in_queue);
    if (deadline_ns != UINT64_MAX)
        time_limit(thread, deadline_ns);
}

static inline void wait_end(struct thread *thread)
{
    ASSERT(thread->state == THREAD_WAITING);
    wait_forget(thread);
    make_ready(thread);
}

void thread_wake(struct thread *thread, long result)
{
    wait_end(thread);
    arch_context_set_result(&thread->context, result);
}

void thread_wake_again(struct thread *thread)
{
    wait_end(thread);
    thread->call_again = true;
}

void thread_abort(struct thread *thread)
{
    if (thread->state == THREAD_WAITING)
        thread_wake(thread, K_EABORT);
    else
        thread->aborted = true;
}

unsigned thread_available(void)
{
    return stock_available(&threads.stock);
}
