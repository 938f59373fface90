/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A restartable actor goes through these states; the kernel makes
 * the moves above the line, the supervisor asks for those below it:
 *
 *        NEW        RUNNING ---- abnormal end, its own or ----> DOWN
 *         |          |  ^        another member's                |
 *         |          |  |                                        |
 *         |          +--|-- clean end, group killed --> ENDED    |
 *     ....|.............|.................................|......|....
 *         +-- start ----+<----------- start --------------|------+
 *                                                      discard
 *
 * A member that another one started (hrfexec*) is indirect: it is started by
 * its parent, from any state but RUNNING, and is told from the others only by
 * what the supervisor does not do about it.
 *
 * The supervisor may allow some restarts in advance (hrCredit): then the kernel
 * makes the last move, too, at once, and the supervisor hears of it when the
 * new life has begun.  It is its policy all the same, applied before the fact,
 * and a restart takes half as long.
 */
#include "kernel/restart.h"

#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/census.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/crashlog.h"
#include "kernel/klog.h"
#include "kernel/limits.h"
#include "kernel/notice.h"
#include "kernel/relaunch.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/totals.h"
#include "kernel/untold.h"

static struct {
    struct actor *supervisor; /* in all its lives */
    unsigned groups_max, members_max, boot_deaths_max;
} restart;

void restart_init(void)
{
    notice_init();
    restart.groups_max = (unsigned)cmdline_number(&(struct cmdline_number){
        "hrCtrl.maxGroups", HR_GROUPS_MAX, 1, HR_GROUPS_MAX});
    restart.boot_deaths_max = (unsigned)cmdline_number(&(struct cmdline_number){
        "site.maxBootDeaths", BOOT_ACTOR_RESTARTS_MAX, 0, 1000000000});
    restart.members_max = (unsigned)cmdline_number(&(struct cmdline_number){
        "hrCtrl.maxActors", totals()->actors, 1, totals()->actors});
}

/* Restartable actors, the ended ones of a group that goes on among them. */
static bool members_full(void)
{
    return census_members() >= restart.members_max;
}

void restart_notify(int group)
{
    notice_give(notice_of(group));
}

long restart_wait(uint64_t deadline_ns)
{
    if (sched_running()->actor == restart.supervisor)
        actor_beat(restart.supervisor, SUPERVISOR_SILENT_MS);
    return notice_wait(deadline_ns);
}

struct actor *restart_ask_supervisor(void)
{
    notice_give(HR_NOTICE_ASKED);
    return restart.supervisor;
}

KnError restart_boot_actor(const char *name, unsigned priority)
{
    KnActorSpawn spawn = {.argc = 1};
    struct actor_plan plan = {
        .spawn = &spawn,
        .role = ACTOR_BOOT,
        .privilege = K_SYSTEMACTOR,
        .priority = priority,
    };
    struct actor *actor;
    KnError error;

    string_copy(spawn.path, name, sizeof(spawn.path));
    string_copy(spawn.args, name, sizeof(spawn.args));
    spawn.argsSize = (unsigned)strlen(name) + 1;
    error = actor_create(&plan, &actor);
    if (error == K_OK && restart.supervisor == NULL)
        restart.supervisor = actor;
    return error == K_OK ? actor_start(actor) : error;
}

static KnError spawn_check(const KnActorSpawn *spawn)
{
    bool site = spawn->flags & K_SPAWN_SITE;

    if (spawn->flags & ~(K_SPAWN_RESTARTABLE | K_SPAWN_TRUSTED |
                         K_SPAWN_SITE | K_SPAWN_INDIRECT))
        return K_EINVAL;
    if ((spawn->flags & K_SPAWN_INDIRECT) && !site)
        return K_EINVAL;
    if ((spawn->flags & K_SPAWN_RESTARTABLE) == 0)
        return K_OK;
    if (spawn->group < 0 || spawn->group >= (int)restart.groups_max)
        return K_EINVAL;
    return members_full() ? K_EFULL : K_OK;
}

long restart_spawn(const KnActorSpawn *spawn)
{
    bool restartable = spawn->flags & K_SPAWN_RESTARTABLE;
    struct actor_plan plan = {
        .spawn = spawn,
        .role = restartable ? ACTOR_RESTARTABLE : ACTOR_PLAIN,
        .privilege =
            spawn->flags & K_SPAWN_TRUSTED ? K_SYSTEMACTOR : K_USERACTOR,
        .priority = PRIORITY_DEFAULT,
    };
    struct actor *actor;
    KnError error = spawn_check(spawn);

    if (error == K_OK)
        error = actor_create(&plan, &actor);
    if (error != K_OK)
        return error;
    if (spawn->flags & K_SPAWN_SITE) {
        actor->kind = HR_START_SITE;
        actor->restarts = untold_restarts(spawn);
    }
    if (restartable) {
        restart_notify(spawn->group);
        return actor->aid;
    }
    error = actor_start(actor);
    if (error != K_OK) {
        actor_discard(actor);
        return error;
    }
    return actor->aid;
}

/* ---- Indirect members ---------------------------------------------------- */

static KnError exec_check(const struct actor *caller,
                          const KnActorSpawn *spawn)
{
    size_t length = strnlen(spawn->base, sizeof(spawn->base));

    if (caller->role != ACTOR_RESTARTABLE)
        return K_EPRIV;
    if ((spawn->flags & ~K_SPAWN_TRUSTED) || length == 0 ||
        length == sizeof(spawn->base))
        return K_EINVAL;
    if ((spawn->flags & K_SPAWN_TRUSTED) && !actor_trusted(caller))
        return K_EPRIV;
    return K_OK;
}

/* A member that nobody knows yet: loaded and registered. */
static KnError member_create(const struct actor *caller,
                             const KnActorSpawn *wanted,
                             struct actor **actor)
{
    KnActorSpawn spawn = *wanted;
    struct actor_plan plan = {
        .spawn = &spawn,
        .role = ACTOR_RESTARTABLE,
        .privilege =
            wanted->flags & K_SPAWN_TRUSTED ? K_SYSTEMACTOR : K_USERACTOR,
        .priority = PRIORITY_DEFAULT,
    };

    if (members_full() || limits_child(caller) != K_OK)
        return K_EFULL;
    spawn.flags |= K_SPAWN_RESTARTABLE | K_SPAWN_INDIRECT;
    spawn.group = caller->holder.group;
    return actor_create(&plan, actor);
}

long restart_exec(struct actor *caller, const KnActorSpawn *spawn)
{
    int group = caller->holder.group;
    KnError error = exec_check(caller, spawn);
    struct actor *actor;
    bool known;

    if (error != K_OK)
        return error;
    actor = census_child(group, spawn->base);
    known = actor != NULL;
    if (known && actor->state == HR_ACTOR_RUNNING)
        return K_EBUSY;
    error = known ? actor_set_args(actor, spawn)
                  : member_create(caller, spawn, &actor);
    if (error != K_OK)
        return error;
    error = actor_start(actor);
    if (error != K_OK) {
        if (!known)
            actor_discard(actor);
        return error;
    }
    klog("hrfexec: %s (aid %d, group %d) %s by %s (aid %d), restart %u\n",
         actor_name(actor), actor->aid, group,
         actor->restarts == 0 ? "started" : "restarted", actor_name(caller),
         caller->aid, actor->restarts);
    restart_notify(group);
    return actor->aid;
}

/* ---- Ends --------------------------------------------------------------- */

/* Stops every other living member of the group. */
static void group_stop(const struct actor *culprit)
{
    for (struct actor *at = NULL;
         (at = actor_next_in_group(culprit->holder.group, at)) != NULL;) {
        if (at->state == HR_ACTOR_RUNNING && at != culprit)
            actor_stop(at, HR_ACTOR_DOWN, HR_END_GROUP);
    }
}

/* Boot actors have nobody above them but the kernel: a new life at once, and
 * when that does not help, a new kernel. */
static void boot_actor_again(struct actor *actor, int end)
{
    uint64_t life_ns = timer_now_ns() - actor->life_start_ns;

    actor->deaths = life_ns < SITE_STABLE_NS ? actor->deaths + 1 : 1;
    if (actor->deaths > restart.boot_deaths_max)
        panic("boot actor %s does not stay up", actor_name(actor));
    actor_stop(actor, HR_ACTOR_DOWN, end);
    if (actor_start(actor) != K_OK)
        panic("boot actor %s cannot be built again", actor_name(actor));
    klog("restart: boot actor %s, life %u\n", actor_name(actor),
         actor->restarts + 1);
}

/* Not what somebody, or the actor itself, meant to be an end. */
static bool end_is_crash(const struct actor *actor, int end)
{
    if (actor->clean || end == HR_END_STOP)
        return false;
    return end != HR_END_EXIT || actor->role != ACTOR_PLAIN;
}

/* A boot actor's end is the kernel's own business, and one that is answered by
 * a restart is told of when that is done. */
unsigned restart_fault_notice(const struct actor *actor)
{
    int group = actor->holder.group;

    if (actor->role == ACTOR_RESTARTABLE &&
        (actor->clean || !relaunch_is_allowed(group)))
        return notice_of(group);
    return actor->role == ACTOR_PLAIN && !actor->clean ? notice_of(-1) : 0;
}

void restart_end(struct actor *actor, int end)
{
    bool crash = end_is_crash(actor, end);

    ASSERT(actor->state == HR_ACTOR_RUNNING);
    if (crash)
        crashlog_add(actor, end);
    switch (actor->role) {
    case ACTOR_PLAIN:
        if (crash)
            restart_notify(-1);
        actor_stop(actor, HR_ACTOR_ENDED, end);
        actor_discard(actor);
        break;
    case ACTOR_BOOT:
        boot_actor_again(actor, end);
        restart_notify(-1);
        break;
    case ACTOR_RESTARTABLE:
        actor_stop(actor, actor->clean ? HR_ACTOR_ENDED : HR_ACTOR_DOWN, end);
        if (!actor->clean)
            group_stop(actor);
        if (crash && relaunch_group(actor->holder.group))
            notice_give_later(notice_of(actor->holder.group));
        else
            restart_notify(actor->holder.group);
        break;
    }
    actor_end_orphans();
}

void restart_kill_group(int group)
{
    for (struct actor *at = NULL;
         (at = actor_next_in_group(group, at)) != NULL;) {
        if (at->state != HR_ACTOR_ENDED)
            actor_stop(at, HR_ACTOR_ENDED, HR_END_KILL);
    }
    actor_end_orphans();
    relaunch_forget(group);
    restart_notify(group);
}

static struct actor *find_restartable(int aid)
{
    struct actor *actor = actor_find(aid);

    return actor != NULL && actor->role == ACTOR_RESTARTABLE ? actor : NULL;
}

long restart_credit(int group, unsigned count, unsigned crash,
                    const struct actor *caller)
{
    if (group < 0 || group >= (int)restart.groups_max)
        return K_EINVAL;
    if (crash != crashlog_count())
        return K_EBUSY;
    relaunch_credit(group, count, actor_name(caller));
    return K_OK;
}

long restart_start(int aid, const struct actor *caller)
{
    struct actor *actor = find_restartable(aid);
    KnError error;

    if (actor == NULL)
        return K_EUNKNOWN;
    if (actor->state != HR_ACTOR_NEW && actor->state != HR_ACTOR_DOWN)
        return K_EBUSY;
    error = actor_start(actor);
    if (error != K_OK)
        return error;
    relaunch_say(actor_name(caller), actor);
    if (!notice_is_watcher(caller->aid))
        restart_notify(actor->holder.group);
    return actor->aid;
}

long restart_end_other(int aid, int end)
{
    struct actor *actor = find_restartable(aid);

    if (actor == NULL)
        return K_EUNKNOWN;
    if (actor->state == HR_ACTOR_DOWN && end == HR_END_STOP) {
        actor->end = end; /* not to be started when its time comes */
        restart_notify(actor->holder.group);
        return K_OK;
    }
    if (actor->state != HR_ACTOR_RUNNING)
        return K_EBUSY;
    restart_end(actor, end);
    return K_OK;
}

long restart_discard(int aid)
{
    struct actor *actor = find_restartable(aid);

    if (actor == NULL)
        return K_EUNKNOWN;
    if (actor->state == HR_ACTOR_RUNNING)
        return K_EBUSY;
    actor_discard(actor);
    return K_OK;
}
