/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Threads.  A thread has no stack in the kernel: between two traps all that
 * it is, is its user-mode registers.  So a thread can be stopped and thrown
 * away at any time, and nothing has to be unwound.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "arch/arch.h"
#include "arch_context.h"
#include "kernel/avl.h"
#include "kernel/list.h"

struct actor;

/*              activate          wait
 *   INACTIVE ------------> READY ------> WAITING
 *                            ^              |
 *                            +--------------+ wake
 * The running thread is READY.  Deleting leads from any state to FREE.  A
 * thread that is suspended, or whose actor is stopped, is SUSPENDED wherever it
 * would be READY.
 */
enum thread_state {
    THREAD_FREE,
    THREAD_INACTIVE, /* created, not yet started */
    THREAD_READY,
    THREAD_WAITING,
    THREAD_SUSPENDED, /* could run, but for threadSuspend(), actorStop() */
};

/* A system call being made: by whom, with what.  The six arguments are the
 * caller's registers themselves. */
struct call {
    struct thread *thread;
    struct actor *actor;
    const uint64_t *arg;
};

struct thread {
    struct arch_context context;
    struct call call; /* whatever it calls: nothing is made on the way in */
    enum thread_state state;
    struct actor *actor;
    KnThreadLid lid;     /* never used twice in one life of the actor */
    unsigned priority;   /* 0 is served first */
    struct link in_actor;
    struct avl_node by_lid;  /* of the actor's threads */
    struct link in_queue;    /* ready queue, or what it waits for */
    struct avl_node in_time; /* threads with a time limit, soonest first */
    struct avl_node in_sync; /* threads that wait on a word (sync.c) ... */
    uint64_t sync_word;      /* ... at this address ... */
    unsigned sync_priority;  /* ... since it had this priority */
    uint64_t deadline_ns;
    uint64_t turn_end_ns; /* UINT64_MAX: no equal has waited in this turn */
    long timeout_result;  /* what the call returns when the limit is reached */
    bool call_again;      /* woken to make its system call once more */
    bool suspended;       /* by threadSuspend(); whatever the state */
    bool aborted;         /* the next wait ends before it begins */
    int await_aid;        /* whose end it waits for (await.c) */
    long await_status;    /* what it was told then; 0: nothing yet */
};

/* Whose context it is. */
static inline struct thread *thread_of(const struct arch_context *ctx)
{
    return LIST_ENTRY(ctx, struct thread, context);
}

/* What a new thread starts with. */
struct thread_start {
    uaddr_t entry, stack;
    unsigned priority;
};

/* Sets memory aside for so many threads.  Once a start. */
void thread_init(unsigned count);

/* Makes an INACTIVE thread of actor.  NULL: the actor has enough of them, or
 * none is left. */
struct thread *thread_create(struct actor *actor,
                             const struct thread_start *start);

/* Ends a thread, in whatever state it is; it may be the running one. */
void thread_delete(struct thread *thread);

/* Ends what it does, in the same way, but keeps it INACTIVE for the next life
 * of its actor; and begins that life with it, as thread_create() does. */
void thread_rest(struct thread *thread);
void thread_renew(struct thread *thread, const struct thread_start *start);

/* The actor's thread of that id, or NULL. */
struct thread *thread_find(const struct actor *actor, KnThreadLid lid);

/* Lets an INACTIVE thread run. */
void thread_activate(struct thread *thread);

/* Makes the running thread wait at the end of a queue (NULL: in none), until
 * deadline_ns (UINT64_MAX: for ever), when its call returns timeout_result. */
void thread_wait(struct link *queue, uint64_t deadline_ns, long timeout_result);

/* Ends its wait with K_EABORT; if it does not wait, its next one. */
void thread_abort(struct thread *thread);

/* Whether a thread, which is about to wait, was aborted; asking ends that. */
static inline bool thread_aborted(struct thread *thread)
{
    bool aborted = thread->aborted;

    thread->aborted = false;
    return aborted;
}

/* Keeps a thread from running, until it is resumed; what it waits for may
 * come meanwhile. */
void thread_suspend(struct thread *thread);
void thread_resume(struct thread *thread);

/* The same for all threads of an actor, those that are made meanwhile too.
 * One that is suspended on its own account stays so. */
void thread_stop_all(struct actor *actor);
void thread_start_all(struct actor *actor);

/* Gives a thread another priority, behind its new equals.  A place in a queue
 * where it waits is kept. */
void thread_set_priority(struct thread *thread, unsigned priority);

/* Ends a wait: the call returns result. */
void thread_wake(struct thread *thread, long result);

/* Ends a wait: the call is made again, in the thread's own space. */
void thread_wake_again(struct thread *thread);

/* Threads that are left. */
unsigned thread_available(void);

#endif
