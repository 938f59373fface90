/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actors.
 */
#include "kernel/actor.h"

#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/await.h"
#include "kernel/census.h"
#include "kernel/klog.h"
#include "kernel/life.h"
#include "kernel/limits.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/time.h"
#include "mm/stock.h"

static struct {
    struct stock stock;
    struct link orphans; /* actors whose owner's life has ended */
} actors;

#define IN_OWNER(link) LIST_ENTRY(link, struct actor, in_owner)

void actor_init(unsigned count)
{
    stock_init(&actors.stock, sizeof(struct actor), count);
    list_init(&actors.orphans);
    census_init();
}

KnCap actor_cap(struct actor *actor)
{
    while (actor->key == 0)
        actor->key = arch_random();
    return (KnCap){
        .ui = {.uiHead = stock_number(&actors.stock, actor),
               .uiTail = (unsigned)actor->aid},
        .key = {.keyHead = (unsigned)(actor->key >> 32),
                .keyTail = (unsigned)actor->key},
    };
}

KnError actor_by_cap(struct actor *caller, const KnCap *cap,
                     struct actor **actor)
{
    KnCap real;

    *actor = caller;
    if (cap == NULL)
        return K_OK;
    *actor = stock_at(&actors.stock, cap->ui.uiHead);
    if (*actor == NULL || (*actor)->state != HR_ACTOR_RUNNING)
        return K_EUNKNOWN;
    real = actor_cap(*actor);
    return memcmp(cap, &real, sizeof(real)) == 0 ? K_OK : K_EUNKNOWN;
}

bool actor_trusted(const struct actor *actor)
{
    return actor->privilege != K_USERACTOR;
}

const char *actor_name(const struct actor *actor)
{
    return actor->name;
}

void actor_rename(struct actor *actor, const char *name)
{
    string_copy(actor->name, name, sizeof(actor->name));
}

static void name_set(struct actor *actor)
{
    const char *name = actor->spawn.args;

    for (const char *at = name; *at != '\0'; at++)
        name = *at == '/' ? at + 1 : name;
    actor_rename(actor, name);
}

/* By its image an actor is known to the bank: a name it can choose itself.
 * What has no image is its owner's doing. */
static void account_set(struct actor *actor, const struct actor *owner)
{
    const char *account =
        owner != NULL ? owner->holder.account : actor->spawn.path;

    string_copy(actor->holder.account, account,
                sizeof(actor->holder.account));
}

/* A new life has a new id and a new key: what others kept of the last one
 * fails from now on. */
static void identity_renew(struct actor *actor)
{
    census_renew(actor);
    actor->key = 0;
    actor->holder.aid = actor->aid;
}

/* An empty space, and the memory promised that a life begins with. */
static KnError space_create(struct actor *actor)
{
    KnError error = aspace_create(&actor->space, actor_trusted(actor));

    if (error != K_OK || limits_promise(actor) == K_OK)
        return error;
    aspace_destroy(&actor->space);
    return K_ENOMEM;
}

/* A bare actor has none. */
static void image_drop(struct actor *actor)
{
    if (actor->image != NULL)
        image_close(actor->image);
}

/* What it has, but for what may not be had: image and space. */
static void plan_carry_out(struct actor *actor, const struct actor_plan *plan)
{
    *actor = (struct actor){
        .role = plan->role,
        .privilege = plan->privilege,
        .priority = plan->priority,
        .spawn = *plan->spawn,
    };
    list_init(&actor->threads);
    list_init(&actor->owned);
    list_init(&actor->in_owner);
    list_init(&actor->awaiting);
    actor->holder.space = &actor->space;
    actor->holder.trusted = actor_trusted(actor);
    actor->holder.group =
        plan->role == ACTOR_RESTARTABLE ? plan->spawn->group : -1;
    name_set(actor);
    account_set(actor, plan->owner);
}

static KnError parts_create(struct actor *actor, const struct actor_plan *plan)
{
    KnError error = plan->owner != NULL
                        ? K_OK
                        : image_open(plan->spawn->path, &actor->image);

    if (error != K_OK)
        return error;
    error = space_create(actor);
    if (error != K_OK)
        image_drop(actor);
    return error;
}

KnError actor_create(const struct actor_plan *plan, struct actor **result)
{
    struct actor *actor;
    KnError error;

    if (!args_check(plan->spawn))
        return K_EINVAL;
    if (stock_available(&actors.stock) == 0)
        return K_ENOMEM;
    actor = stock_take(&actors.stock);
    plan_carry_out(actor, plan);
    error = parts_create(actor, plan);
    if (error != K_OK) {
        stock_give(&actors.stock, actor);
        return error;
    }
    actor->state = HR_ACTOR_NEW;
    census_enter(actor);
    actor->first_aid = actor->holder.aid = actor->aid;
    *result = actor;
    return K_OK;
}

KnError actor_create_bare(struct actor *owner,
                          KnActorPrivilege privilege, struct actor **actor)
{
    KnActorSpawn spawn = {.group = -1, .argc = 1};
    struct actor_plan plan = {
        .spawn = &spawn,
        .role = ACTOR_PLAIN,
        .privilege = privilege,
        .priority = owner->priority,
        .owner = owner,
    };
    KnError error;

    string_copy(spawn.args, actor_name(owner), K_ACTORNAMEMAX);
    spawn.argsSize = (unsigned)strlen(spawn.args) + 1;
    error = actor_create(&plan, actor);
    if (error != K_OK)
        return error;
    list_append(&owner->owned, &(*actor)->in_owner);
    return actor_start(*actor);
}

KnError actor_set_args(struct actor *actor, const KnActorSpawn *spawn)
{
    ASSERT(actor->state != HR_ACTOR_RUNNING);
    if (!args_check(spawn))
        return K_EINVAL;
    aspace_clear(&actor->space); /* other arguments lie on the stack then */
    actor->spawn.argc = spawn->argc;
    actor->spawn.envc = spawn->envc;
    actor->spawn.argsSize = spawn->argsSize;
    memcpy(actor->spawn.args, spawn->args, sizeof(spawn->args));
    actor->args.size = 0;
    name_set(actor);
    return K_OK;
}

KnError actor_start(struct actor *actor)
{
    bool first = actor->state == HR_ACTOR_NEW;
    KnError error;

    ASSERT(actor->state != HR_ACTOR_RUNNING);
    ASSERT(actor->thread_count <= 1);
    actor->stopped = false;
    actor->next_lid = 1;
    error = life_build(actor);
    if (error != K_OK) {
        aspace_clear(&actor->space);
        return error;
    }
    if (!first) {
        identity_renew(actor);
        actor->restarts++;
        actor->kind = HR_START_RESTART;
    }
    actor->state = HR_ACTOR_RUNNING;
    actor->clean = actor->healthy = false;
    actor->event = 0;
    actor->beat_ms = 0;
    actor->objects = 0;
    actor->object_count = 0;
    actor->life_start_ns = timer_now_ns();
    pmm_join(&actor->holder);
    return K_OK;
}

void actor_beat(struct actor *actor, unsigned period_ms)
{
    actor->beat_ms = period_ms;
    actor->beat_ns = timer_now_ns();
    actor->beat_starved_ns = sched_starved_ns(actor);
}

/* One that hangs is not the same as one under load. */
unsigned actor_quiet_ms(const struct actor *actor)
{
    uint64_t passed_ns, starved_ns;

    if (actor->beat_ms == 0 || actor->state != HR_ACTOR_RUNNING)
        return 0;
    passed_ns = timer_now_ns() - actor->beat_ns;
    /* Two accounts that are closed one after the other: their difference may
     * be a little less than it was. */
    starved_ns = sched_starved_ns(actor);
    starved_ns = starved_ns > actor->beat_starved_ns
                     ? starved_ns - actor->beat_starved_ns
                     : 0;
    return passed_ns > starved_ns
               ? (unsigned)((passed_ns - starved_ns) / 1000000)
               : 0;
}

struct thread *actor_thread(const struct actor *actor)
{
    return list_empty(&actor->threads)
               ? NULL
               : LIST_ENTRY(actor->threads.next, struct thread, in_actor);
}

/* Ends all threads; one that is down keeps one for its next life. */
static void threads_end(struct actor *actor, int state)
{
    unsigned kept = state == HR_ACTOR_DOWN;

    while (actor->thread_count > kept)
        thread_delete(actor_thread(actor));
    if (actor->thread_count > 0)
        thread_rest(actor_thread(actor));
    ASSERT(actor->account.ready == 0);
}

/* What this life has made is to end with it. */
static void orphans_leave(struct actor *actor)
{
    while (!list_empty(&actor->owned)) {
        struct link *first = actor->owned.next;

        list_remove(first);
        list_append(&actors.orphans, first);
    }
}

void actor_stop(struct actor *actor, int state, int end)
{
    ASSERT(state == HR_ACTOR_DOWN || state == HR_ACTOR_ENDED);
    threads_end(actor, state);
    if (actor->state == HR_ACTOR_RUNNING)
        pmm_leave(&actor->holder);
    if (state == HR_ACTOR_DOWN)
        aspace_strip(&actor->space);
    else
        aspace_clear(&actor->space);
    await_end(actor, end);
    orphans_leave(actor);
    actor->stopped = false;
    actor->state = state;
    actor->end = end;
}

/* They may have made others. */
void actor_end_orphans(void)
{
    while (!list_empty(&actors.orphans)) {
        struct actor *orphan = IN_OWNER(actors.orphans.next);

        orphan->event = K_EVENT_OWNER;
        actor_stop(orphan, HR_ACTOR_ENDED, HR_END_KILL);
        actor_discard(orphan);
    }
}

void actor_discard(struct actor *actor)
{
    ASSERT(actor->state != HR_ACTOR_RUNNING);
    threads_end(actor, HR_ACTOR_ENDED);
    pmm_forget(&actor->holder);
    list_remove(&actor->in_owner);
    census_leave(actor);
    aspace_destroy(&actor->space);
    image_drop(actor);
    actor->state = 0;
    stock_give(&actors.stock, actor);
}

unsigned actor_threads(const struct actor *actor)
{
    return actor->state == HR_ACTOR_RUNNING ? actor->thread_count : 0;
}

void actor_describe(const struct actor *actor, KnActorInfo *info)
{
    *info = (KnActorInfo){
        .aid = actor->aid,
        .firstAid = actor->first_aid,
        .group = actor->holder.group,
        .privilege = actor->privilege,
        .state = actor->state,
        .end = actor->end,
        .exitStatus = actor->exit_status,
        .restarts = actor->restarts,
        .kind = actor->kind,
        .threads = actor_threads(actor),
        .blocks = actor->holder.held,
        .memory = actor->space.page_count * PAGE_SIZE,
        .indirect = (actor->spawn.flags & K_SPAWN_INDIRECT) != 0,
        .healthy = actor->healthy,
        .stopped = actor->stopped,
        .boot = actor->role == ACTOR_BOOT,
        .beatMs = actor->beat_ms,
        .quietMs = actor_quiet_ms(actor),
        .objects = actor->objects,
        .objectCount = actor->object_count,
        .lifeStart = time_to_timeval(actor->life_start_ns),
    };
    memcpy(info->name, actor->name, sizeof(info->name));
}

void actor_describe_fault(const struct actor *actor, char *text, size_t size)
{
    text[0] = '\0';
    if (actor->fault.fault.kind != FAULT_NONE)
        fault_words(&actor->fault, text, size);
}
