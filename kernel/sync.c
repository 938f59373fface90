/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A thread that waits is in the list that the hash of its actor and
 * its word chooses, behind all of its own or a higher priority; words share
 * lists, so a look goes past strangers.  There is no object for a queue: when
 * its last thread leaves, it is gone.
 */
#include "kernel/sync.h"

#include "kernel/actor.h"
#include "kernel/config.h"
#include "kernel/sched.h"

static struct {
    struct link lists[SYNC_LISTS];
} sync;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)

void sync_init(void)
{
    for (unsigned i = 0; i < SYNC_LISTS; i++)
        list_init(&sync.lists[i]);
}

static struct link *list_of(const struct actor *actor, uaddr_t word)
{
    uint64_t mixed = (word.raw >> 2) + (uint64_t)actor->aid * 37;

    return &sync.lists[(mixed ^ mixed >> 6 ^ mixed >> 12) % SYNC_LISTS];
}

void sync_wait(uaddr_t word, uint64_t deadline_ns)
{
    struct thread *thread = sched_running();
    struct link *list = list_of(thread->actor, word), *place = list->next;

    while (place != list && IN_QUEUE(place)->priority <= thread->priority)
        place = place->next;
    thread->sync_word = word.raw;
    thread_wait(place, deadline_ns, K_ETIMEOUT);
}

unsigned sync_wake(const struct actor *actor, uaddr_t word, unsigned count)
{
    struct link *list = list_of(actor, word), *at = list->next, *next;
    unsigned woken = 0;

    for (; at != list && woken < count; at = next) {
        struct thread *thread = IN_QUEUE(at);

        next = at->next;
        if (thread->actor == actor && thread->sync_word == word.raw) {
            thread_wake(thread, K_OK);
            woken++;
        }
    }
    return woken;
}
