/* SPDX-License-Identifier: BSD-2-Clause
 *
 * kernel/check.c is the fuzzer's judge, and a judge who never finds anything
 * is none: each thing that it looks at is broken once, and it must say so.
 */
#include <stdlib.h>
#include <string.h>

#include "damage.h"
#include "kernel/check.h"
#include "machine.h"
#include "mm/frame.h"

static struct {
    struct actor *actor;
    struct thread *thread;
    struct region *region;
    paddr_t frame;
} victim;

#define NUMBER(name, place)                                                    \
    static void name(bool broken)                                              \
    {                                                                          \
        (place) += broken ? 1 : -1;                                            \
    }

NUMBER(thread_count, victim.actor->thread_count)
NUMBER(ready_count, victim.actor->account.ready)
NUMBER(page_count, victim.actor->space.page_count)
NUMBER(region_count, victim.actor->space.list.count)
NUMBER(table_count, victim.actor->space.ptab.tables)
NUMBER(quota_used, victim.actor->space.quota.used[QUOTA_THREADS])
NUMBER(quota_promised, victim.actor->space.quota.promised[QUOTA_FRAMES])

static void trust(bool broken)
{
    victim.actor->space.quota.trusted = !broken;
}

static void region_options(bool broken)
{
    (void)broken;
    victim.region->options ^= K_WRITABLE;
}

static void region_both(bool broken)
{
    static VmFlags options;

    options = broken ? victim.region->options : options;
    victim.region->options = broken ? K_WRITABLE | K_EXECUTABLE : options;
}

static void region_size(bool broken)
{
    victim.region->size += broken ? PAGE_SIZE : -PAGE_SIZE;
}

static void region_start(bool broken)
{
    victim.region->start += broken ? 8 : -8;
}

NUMBER(held, victim.actor->holder.held)

static void image_users(bool broken)
{
    static unsigned users;

    users = broken ? victim.actor->image->users : users;
    victim.actor->image->users = broken ? 0 : users;
}

static void owner(bool broken)
{
    victim.thread->actor = broken ? NULL : victim.actor;
}

static void suspended(bool broken)
{
    victim.thread->suspended = broken;
}

static void torn(bool broken)
{
    static struct link *next;

    next = broken ? victim.thread->in_queue.next : next;
    victim.thread->in_queue.next = broken ? &victim.thread->in_actor : next;
}

static void frame_lost(bool broken)
{
    if (!broken)
        frame_free(victim.frame);
    else if (frame_allocate(&victim.frame) != K_OK)
        abort();
}

static void thread_free(bool broken)
{
    victim.thread->state = broken ? THREAD_FREE : THREAD_READY;
}

void checks_fire(void)
{
    static void (*const breaks[])(bool broken) = {
        thread_count, ready_count, page_count, region_count, table_count,
        quota_used, quota_promised, trust, region_options, region_both,
        region_size, region_start, held, image_users, owner, suspended, torn,
        frame_lost, thread_free,
    };

    victim.actor = actor_next(NULL);
    victim.thread =
        LIST_ENTRY(victim.actor->threads.next, struct thread, in_actor);
    victim.region = region_from(&victim.actor->space.list, 0);
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        if (check_all() != NULL)
            broken("a check fires for nothing");
        breaks[i](true);
        if (check_all() == NULL)
            broken("a check does not fire");
        breaks[i](false);
    }
    if (check_all() != NULL)
        broken("a check fires for nothing");
}
