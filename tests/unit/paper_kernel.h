/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A kernel of paper for test_supervisor.c: the calls that the supervisor
 * makes, on a list of actors that only exist in it.  Each call and each store
 * into the registry may be the last one of a life.
 */
#ifndef TESTS_UNIT_PAPER_KERNEL_H
#define TESTS_UNIT_PAPER_KERNEL_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "user/supervisor/supervisor.h"

#define ACTORS 16
#define FIRST_AID 3 /* supervisor and init are 1 and 2 in every life */
#define CALLS_MAX 20000

enum leave { LEAVE_NOT, LEAVE_DEATH, LEAVE_SITE, LEAVE_DONE };

struct fake_actor {
    bool used;
    KnActorInfo info;
    KnActorSpawn spawn;
};

static struct {
    struct fake_actor actors[ACTORS];
    struct table block;
    KnSysInfo site;
    HrStartInfo start;
    KnTimeVal now;
    int next_aid;
    unsigned changed; /* groups, a bit each */
    KnCrash crashes[64];
    unsigned crash_count;
    unsigned credit[GROUPS];
    unsigned spent; /* restarts on credit, in this life of the site */
    long ticks_left; /* to the next death; -1: lives for ever */
    long ticks_then; /* and from there to one more */
    bool site_dies;  /* a death is one of the whole site */
    unsigned calls;
    unsigned refusals; /* calls of hrStart() that fail from here on */
    int refused;       /* ... with this error */
    unsigned reboots;  /* calls of sysReboot() */
    unsigned bank_frees; /* calls of hrGroupFree() */
    unsigned asides;     /* ... and of hrGroupAside() */
    void (*const *script)(void);
    jmp_buf leave;
} world;

/* ---- Death ------------------------------------------------------------- */

static void tick(void)
{
    if (world.ticks_left == 0) {
        longjmp(world.leave, world.site_dies ? LEAVE_SITE : LEAVE_DEATH);
    }
    if (world.ticks_left > 0) {
        world.ticks_left--;
    }
}

void store_word(volatile uint32_t *word, uint32_t value)
{
    *word = value;
    tick();
}

/* Every call may be the last thing that a life does, in vain or not. */
static void call_begin(void)
{
    assert_true(world.calls++ < CALLS_MAX);
    tick();
}

static int call_end(int result)
{
    tick();
    return result;
}

/* ---- The kernel's side ------------------------------------------------- */

static struct fake_actor *fake_find(int aid)
{
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used && world.actors[i].info.aid == aid) {
            return &world.actors[i];
        }
    }
    return NULL;
}

static int fake_spawn(const KnActorSpawn *request)
{
    for (int i = 0; i < ACTORS; i++) {
        struct fake_actor *actor = &world.actors[i];

        if (!actor->used) {
            memset(actor, 0, sizeof(*actor));
            actor->used = true;
            actor->spawn = *request;
            actor->info.aid = world.next_aid++;
            actor->info.firstAid = actor->info.aid;
            actor->info.group = request->group;
            actor->info.state = HR_ACTOR_NEW;
            actor->info.restarts = request->restarts;
            actor->info.indirect =
                (request->flags & K_SPAWN_INDIRECT) != 0;
            strcpy(actor->info.name, request->path);
            world.changed |= 1u << request->group;
            return actor->info.aid;
        }
    }
    return K_ENOMEM;
}

int actorSpawn(const KnActorSpawn *request)
{
    call_begin();
    return call_end(fake_spawn(request));
}

int actorList(KnActorInfo *list, size_t size)
{
    int count = 0;

    call_begin();
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used) {
            assert_true((size_t)(count + 1) * sizeof(*list) <= size);
            list[count++] = world.actors[i].info;
        }
    }
    return call_end(count);
}

int hrMembers(int group, KnActorInfo *list, size_t size)
{
    int count = 0;

    call_begin();
    for (int i = 0; i < ACTORS; i++) {
        if (world.actors[i].used && world.actors[i].info.group == group) {
            assert_true((size_t)(count + 1) * sizeof(*list) <= size);
            list[count++] = world.actors[i].info;
        }
    }
    return call_end(count);
}

int hrCrashes(unsigned since, KnCrash *list, size_t size)
{
    int count = 0;

    call_begin();
    for (unsigned i = since; i < world.crash_count; i++) {
        if ((size_t)(count + 1) * sizeof(*list) <= size) {
            list[count++] = world.crashes[i];
        }
    }
    return call_end(count);
}

static void fake_start(struct fake_actor *actor)
{
    actor->info.restarts += actor->info.state == HR_ACTOR_DOWN;
    actor->info.state = HR_ACTOR_RUNNING;
    actor->info.lifeStart = world.now;
    actor->info.healthy = 0;
    actor->info.beatMs = actor->info.quietMs = 0;
    actor->info.aid = world.next_aid++;
}

int hrStart(int aid)
{
    struct fake_actor *actor;

    call_begin();
    actor = fake_find(aid);
    assert_non_null(actor);
    assert_true(actor->info.state == HR_ACTOR_NEW ||
                actor->info.state == HR_ACTOR_DOWN);
    if (world.refusals > 0) {
        world.refusals--;
        return call_end(world.refused);
    }
    fake_start(actor);
    return call_end(actor->info.aid);
}

int hrCredit(int group, unsigned count, unsigned crash)
{
    call_begin();
    assert_true(group >= 0 && group < GROUPS);
    if (crash != world.crash_count) {
        return call_end(K_EBUSY);
    }
    world.credit[group] = count;
    return call_end(K_OK);
}

/* The last crash was this group's.  With credit, its direct members live
 * again before anybody hears of it. */
static void fake_spend(int group)
{
    bool started = false;

    for (int i = 0; i < ACTORS && world.credit[group] > 0; i++) {
        struct fake_actor *actor = &world.actors[i];

        if (actor->used && actor->info.group == group &&
            actor->info.state == HR_ACTOR_DOWN && !actor->info.indirect) {
            fake_start(actor);
            started = true;
        }
    }
    if (started) {
        world.credit[group]--;
        world.spent++;
        world.crashes[world.crash_count - 1].restarted = 1;
    }
}

int hrDiscard(int aid)
{
    call_begin();
    assert_non_null(fake_find(aid));
    assert_int_equal(fake_find(aid)->info.state, HR_ACTOR_ENDED);
    fake_find(aid)->used = false;
    return call_end(K_OK);
}

int hrSpawnInfo(int aid, KnActorSpawn *spawn)
{
    call_begin();
    assert_non_null(fake_find(aid));
    *spawn = fake_find(aid)->spawn;
    return call_end(K_OK);
}

int hrGroupFree(int group)
{
    call_begin();
    for (int i = 0; i < ACTORS; i++) {
        assert_false(world.actors[i].used &&
                     world.actors[i].info.group == group);
    }
    world.bank_frees++;
    return call_end(K_OK);
}

int hrGroupAside(int group)
{
    call_begin();
    world.asides += group >= 0;
    return call_end(0);
}

int hrEnd(int aid, int why)
{
    struct fake_actor *actor;

    call_begin();
    actor = fake_find(aid);
    assert_non_null(actor);
    assert_int_equal(actor->info.state, HR_ACTOR_RUNNING);
    for (int i = 0; i < ACTORS; i++) {
        KnActorInfo *info = &world.actors[i].info;

        if (world.actors[i].used && info->group == actor->info.group &&
            info->state == HR_ACTOR_RUNNING) {
            info->state = HR_ACTOR_DOWN;
            info->end = HR_END_GROUP;
        }
    }
    actor->info.end = why;
    world.changed |= 1u << actor->info.group;
    return call_end(K_OK);
}

/* Nothing to do: time passes, or the next event happens. */
int hrWait(KnTimeVal *limit)
{
    int changed = (int)world.changed;

    call_begin();
    if (changed) {
        world.changed = 0;
        return call_end(changed);
    }
    if (limit != K_NOTIMEOUT) {
        long ns = world.now.tmNSec + limit->tmNSec + 1000000;

        world.now.tmSec += limit->tmSec + ns / 1000000000;
        world.now.tmNSec = ns % 1000000000;
        return call_end(K_ETIMEOUT);
    }
    if (!*world.script) {
        longjmp(world.leave, LEAVE_DONE);
    }
    (*world.script++)();
    return call_end(K_ETIMEOUT);
}

int hrStartInfo(HrStartInfo *start)
{
    *start = world.start;
    return K_OK;
}

int sysInfo(KnSysInfo *info)
{
    *info = world.site;
    return K_OK;
}

int sysTime(KnTimeVal *time)
{
    *time = world.now;
    return K_OK;
}

int sysReboot(KnRebootDesc *how)
{
    assert_int_equal(how->mode, K_REBOOT_RECOVER);
    world.reboots++;
    world.refusals = 0; /* of the next kernel */
    return K_EPRIV;
}

KnError pmmAllocate(VmAddr *address, PmmName *name, size_t size,
                    const char *key, size_t key_size)
{
    (void)key;
    assert_string_equal(name->name, "__SYS.supervisor");
    assert_true(size == sizeof(world.block) && key_size == 0);
    *address = (VmAddr)&world.block;
    return K_OK;
}

/* The registry has one leaf. */
long pmmRead(const PmmName *name, size_t offset, void *to, size_t size)
{
    assert_string_equal(name->name, "__SYS.supervisor.1");
    assert_true(offset == 0 && to != NULL && size == 4);
    return K_EUNKNOWN;
}

const char *k_strerror(int error)
{
    return error < 0 ? "an error" : "success";
}

void say(const char *format, ...)
{
    (void)format;
}

#endif
