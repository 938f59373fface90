/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is done about a restart group: its new members are started, a fallen
 * one is restarted when judge.c says so, and one whose members have all ended
 * is buried.
 *
 * Indirect members are their parents' business: a group is down when those
 * that count are, and those are the direct members, as long as there is one
 * that has not ended.  After that nobody is left to start the indirect ones,
 * so they count, and are started here.
 */
#include <hr/hrCtrl.h>
#include <reprise.h>
#include <string.h>

#include "judge.h"
#include "say.h"

/* The members of one group that count, by state; all groups in one pass. */
struct tally {
    unsigned fresh, running, down, ended;
    unsigned orphans; /* rows that wait for an actor */
    unsigned direct;  /* direct members that have not ended */
    bool healthy;     /* a member has been up for long enough, and says so */
};

static bool is_group(int gid)
{
    return gid >= 0 && gid < GROUPS;
}

static void tally_direct(const struct supervisor *supervisor,
                         struct tally *tallies)
{
    const struct roster *roster = &supervisor->roster;
    struct row_status status;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;

        if (is_group(info->group)) {
            tallies[info->group].direct +=
                !info->indirect && info->state != HR_ACTOR_ENDED;
        }
    }
    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        const KnActorSpawn *request = row_request(supervisor->table, row);

        if (row_read(supervisor->table, row, &status) == ROW_ALIVE &&
            is_group(request->group) &&
            supervisor->roster.aid_of_row[row] == 0) {
            tallies[request->group].direct +=
                (request->flags & K_SPAWN_INDIRECT) == 0;
        }
    }
}

/* Whether it is started from here, or by its parent. */
static bool counts(const struct tally *tally, const KnActorInfo *info)
{
    return !info->indirect || tally->direct == 0;
}

static void tally_members(const struct roster *roster, struct tally *tallies)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;
        struct tally *tally = &tallies[is_group(info->group) ? info->group : 0];

        if (is_group(info->group)) {
            bool mine = counts(tally, info);

            tally->fresh += mine && info->state == HR_ACTOR_NEW;
            tally->down += mine && info->state == HR_ACTOR_DOWN;
            tally->running += info->state == HR_ACTOR_RUNNING;
            tally->ended += info->state == HR_ACTOR_ENDED;
            tally->orphans += !mine && info->state != HR_ACTOR_ENDED &&
                              info->state != HR_ACTOR_RUNNING;
            tally->healthy = tally->healthy || member_healthy(info);
        }
    }
}

/* Members that have a row but, since a restart of the site, no actor. */
static void tally_rows(const struct supervisor *supervisor,
                       struct tally *tallies)
{
    struct row_status status;

    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        enum row_state state = row_read(supervisor->table, row, &status);
        int gid = row_request(supervisor->table, row)->group;

        if ((state == ROW_ALIVE || state == ROW_ENDED) && is_group(gid) &&
            supervisor->roster.aid_of_row[row] == 0) {
            tallies[gid].orphans += state == ROW_ALIVE;
            tallies[gid].ended += state == ROW_ENDED;
        }
    }
}

static void say_started(const KnActorInfo *info, int aid, unsigned restarts)
{
    if (info->state == HR_ACTOR_DOWN) {
        say("%s (aid %d, group %d) restarted, restart %u: %s", info->name, aid,
            info->group, restarts, end_words(info));
    } else if (info->kind == HR_START_SITE) {
        say("%s (aid %d, group %d) back after a restart of the site, "
            "restart %u",
            info->name, aid, info->group, restarts);
    } else {
        say("%s (aid %d, group %d) started", info->name, aid, info->group);
    }
}

/* Writes down the new life of a member at once, so that only a death between
 * hrStart() and here leaves an actor whose aid no row knows. */
static void note_life(struct supervisor *supervisor,
                      const struct member *member, int aid, unsigned restarts)
{
    struct row_status status;

    if (member->row == ROSTER_NO_ROW) {
        return;
    }
    (void)row_read(supervisor->table, (unsigned)member->row, &status);
    status.aid = aid;
    status.epoch = supervisor->epoch;
    status.restarts = restarts;
    row_write(supervisor->table, (unsigned)member->row, &status);
}

static void member_start(struct supervisor *supervisor,
                         const struct member *member, struct outcome *outcome)
{
    const KnActorInfo *info = &member->info;
    unsigned restarts = info->restarts + (info->state == HR_ACTOR_DOWN);
    int aid = hrStart(info->aid);

    if (aid < 0) {
        say("%s (aid %d, group %d) does not start: %s", info->name, info->aid,
            info->group, k_strerror(aid));
        outcome_wake(outcome, RETRY_MS);
        return;
    }
    note_life(supervisor, member, aid, restarts);
    say_started(info, aid, restarts);
    outcome->acted = true;
}

static void group_start(struct supervisor *supervisor, int gid,
                        const struct tally *tally, struct outcome *outcome)
{
    const struct roster *roster = &supervisor->roster;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;

        if (info->group == gid && counts(tally, info) &&
            (info->state == HR_ACTOR_NEW || info->state == HR_ACTOR_DOWN)) {
            member_start(supervisor, &roster->members[i], outcome);
        }
    }
}

static void members_discard(const struct roster *roster, int gid)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;

        if (info->group == gid && hrDiscard(info->aid) < 0) {
            say("%s (aid %d) cannot be discarded", info->name, info->aid);
        }
    }
}

static void rows_clear(struct supervisor *supervisor, int gid)
{
    struct row_status status;

    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        if (row_read(supervisor->table, row, &status) == ROW_ENDED &&
            row_request(supervisor->table, row)->group == gid) {
            row_clear(supervisor->table, row);
        }
    }
}

/* Every member has ended.  The rows go last: until then a supervisor that
 * comes back finds them all ticked off and does the same again. */
static void group_bury(struct supervisor *supervisor, int gid,
                       struct outcome *outcome)
{
    int error;

    members_discard(&supervisor->roster, gid);
    error = hrGroupFree(gid);
    if (error < 0) {
        say("group %d: its blocks are not freed: %s", gid, k_strerror(error));
    }
    rows_clear(supervisor, gid);
    group_forget(supervisor, gid);
    say("group %d ended", gid);
    outcome->acted = true;
}

/* A group that is partly up and partly down is a restart that was broken
 * off, since a failure stops all members at once: it is carried on. */
static void group_serve(struct supervisor *supervisor, int gid,
                        const struct tally *tally, struct outcome *outcome)
{
    if (tally->running > 0) {
        group_runs(supervisor, gid, tally->healthy);
    }
    if (tally->down > 0 && tally->running == 0) {
        if (group_judge(supervisor, gid, outcome)) {
            group_start(supervisor, gid, tally, outcome);
        }
    } else if (tally->fresh + tally->down > 0) {
        group_start(supervisor, gid, tally, outcome);
    } else if (tally->ended > 0 && tally->running + tally->orphans == 0) {
        group_bury(supervisor, gid, outcome);
    }
}

void groups_serve(struct supervisor *supervisor, struct outcome *outcome)
{
    struct tally tallies[GROUPS] = {0};

    tally_direct(supervisor, tallies);
    tally_members(&supervisor->roster, tallies);
    tally_rows(supervisor, tallies);
    for (int gid = 0; gid < GROUPS; gid++) {
        group_serve(supervisor, gid, &tallies[gid], outcome);
    }
    heartbeats_check(supervisor, outcome);
}
