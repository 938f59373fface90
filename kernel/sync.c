/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  All waiting threads are in one tree, by their word and their actor,
 * and behind all that wait on the same word with their own or a higher
 * priority.  There is no object for a queue: it is the part of the tree with
 * the same word, and when its last thread leaves, it is gone.
 */
#include "kernel/sync.h"

#include "kernel/actor.h"
#include "kernel/assert.h"
#include "kernel/sched.h"

static struct {
    struct avl tree;
} sync;

#define IN_SYNC(node) AVL_ENTRY(node, struct thread, in_sync)

void sync_init(void)
{
    sync.tree = (struct avl){.root = NULL};
}

static void queue_in(struct thread *thread)
{
    struct avl_node *parent = NULL, *at = sync.tree.root;
    unsigned side = 0;

    while (at != NULL) {
        const struct thread *other = IN_SYNC(at);

        parent = at;
        if (thread->sync_word != other->sync_word)
            side = thread->sync_word > other->sync_word;
        else if (thread->actor != other->actor)
            side = thread->actor > other->actor;
        else
            side = thread->sync_priority >= other->sync_priority;
        at = at->child[side];
    }
    avl_insert(&sync.tree, parent, side, &thread->in_sync);
}

/* The first thread of actor that waits on the word, or NULL. */
static struct thread *queue_first(const struct actor *actor, uint64_t word)
{
    struct avl_node *at = sync.tree.root;
    struct thread *first = NULL;

    while (at != NULL) {
        struct thread *thread = IN_SYNC(at);
        bool before = thread->sync_word != word ? thread->sync_word < word
                                                : thread->actor < actor;

        if (thread->sync_word == word && thread->actor == actor)
            first = thread;
        at = at->child[before];
    }
    return first;
}

void sync_wait(uaddr_t word, uint64_t deadline_ns)
{
    struct thread *thread = sched_running();

    thread->sync_word = word.raw;
    thread->sync_priority = thread->priority;
    thread_wait(NULL, deadline_ns, K_ETIMEOUT);
    queue_in(thread);
}

void sync_forget(struct thread *thread)
{
    avl_remove(&sync.tree, &thread->in_sync);
}

unsigned sync_wake(const struct actor *actor, uaddr_t word, unsigned count)
{
    unsigned woken = 0;

    while (woken < count) {
        struct thread *thread = queue_first(actor, word.raw);

        if (thread == NULL)
            break;
        thread_wake(thread, K_OK);
        woken++;
    }
    return woken;
}
