/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is done about a restart group: its new members are started, a fallen
 * one is restarted when the policy says so, and one whose members have all
 * ended is buried.  The history of restarts is kept in ordinary memory: a
 * supervisor that dies itself forgives, and the kernel counts its deaths.
 */
#include <hr/hrCtrl.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <string.h>

#include "say.h"
#include "supervisor.h"

/* What was last said about a group, so that it is said once. */
enum group_mood { GROUP_WELL, GROUP_WAITS, GROUP_PARKED };

struct group {
    struct policy_history history;
    enum group_mood mood;
};

/* The members of one group, counted by state; all groups in one pass. */
struct tally {
    unsigned fresh, running, down, ended;
    unsigned orphans; /* rows that wait for an actor */
};

static struct {
    struct group group[GROUPS];
} groups;

static bool is_group(int gid)
{
    return gid >= 0 && gid < GROUPS;
}

static void tally_members(const struct roster *roster, struct tally *tallies)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;

        if (is_group(info->group)) {
            struct tally *tally = &tallies[info->group];

            tally->fresh += info->state == HR_ACTOR_NEW;
            tally->running += info->state == HR_ACTOR_RUNNING;
            tally->down += info->state == HR_ACTOR_DOWN;
            tally->ended += info->state == HR_ACTOR_ENDED;
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

/* Why a member's last life ended, in words. */
static const char *end_words(const KnActorInfo *info)
{
    switch (info->end) {
    case HR_END_FAULT:
        return info->fault[0] ? info->fault : "fault";
    case HR_END_EXIT:
        return "exit without HR_EXIT_HDL";
    case HR_END_KILL:
        return "killed";
    case HR_END_GROUP:
        return "another member of its group failed";
    default:
        return "unknown reason";
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
                        struct outcome *outcome)
{
    const struct roster *roster = &supervisor->roster;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = &roster->members[i].info;

        if (info->group == gid && (info->state == HR_ACTOR_NEW ||
                                   info->state == HR_ACTOR_DOWN)) {
            member_start(supervisor, &roster->members[i], outcome);
        }
    }
}

static void site_restart(int gid, unsigned recent)
{
    KnRebootDesc hot = {K_REBOOT_HOT};
    int error;

    say("group %d failed %u times within the interval: "
        "the site is restarted",
        gid, recent);
    error = sysReboot(&hot);
    say("no restart of the site: %s", k_strerror(error));
}

static void group_wait(struct group *group, int gid,
                       const struct policy_verdict *verdict,
                       struct outcome *outcome)
{
    if (group->mood != GROUP_WAITS) {
        say("group %d failed %u times within the interval: waits %u ms", gid,
            verdict->recent + 1, (unsigned)verdict->delay_ms);
    }
    group->mood = GROUP_WAITS;
    outcome_wake(outcome, verdict->delay_ms);
}

/* The whole group is down: the policy decides. */
static void group_judge(struct supervisor *supervisor, int gid,
                        struct outcome *outcome)
{
    struct group *group = &groups.group[gid];
    uint64_t now = now_ms();
    struct policy_verdict verdict =
        policy_decide(&group->history, now, &supervisor->limits);

    switch (verdict.action) {
    case POLICY_START:
        policy_note(&group->history, now);
        group->mood = GROUP_WELL;
        group_start(supervisor, gid, outcome);
        break;
    case POLICY_WAIT:
        group_wait(group, gid, &verdict, outcome);
        break;
    case POLICY_PARK:
        say("group %d failed %u times within the interval: "
            "left down (akill -g %d ends it)",
            gid, verdict.recent + 1, gid);
        group->mood = GROUP_PARKED;
        break;
    case POLICY_RESTART_SITE:
        site_restart(gid, verdict.recent + 1);
        outcome_wake(outcome, RETRY_MS);
        break;
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
    memset(&groups.group[gid], 0, sizeof(groups.group[gid]));
    say("group %d ended", gid);
    outcome->acted = true;
}

/* A group that is partly up and partly down is a restart that was broken
 * off, since a failure stops all members at once: it is carried on. */
static void group_serve(struct supervisor *supervisor, int gid,
                        const struct tally *tally, struct outcome *outcome)
{
    if (tally->down == 0) {
        groups.group[gid].mood = GROUP_WELL;
    }
    if (tally->down > 0 && tally->running == 0) {
        if (groups.group[gid].mood != GROUP_PARKED) {
            group_judge(supervisor, gid, outcome);
        }
    } else if (tally->fresh + tally->down > 0) {
        group_start(supervisor, gid, outcome);
    } else if (tally->ended > 0 && tally->running + tally->orphans == 0) {
        group_bury(supervisor, gid, outcome);
    }
}

void groups_serve(struct supervisor *supervisor, struct outcome *outcome)
{
    struct tally tallies[GROUPS] = {0};

    tally_members(&supervisor->roster, tallies);
    tally_rows(supervisor, tallies);
    for (int gid = 0; gid < GROUPS; gid++) {
        group_serve(supervisor, gid, &tallies[gid], outcome);
    }
}
