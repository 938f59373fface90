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
#include <restart/chRestart.h>
#include <string.h>

#include "judge.h"
#include "say.h"

static struct {
    uint64_t failing_since_ms; /* 0: the last start has not failed */
} starts;

/* The members of one group that count, by state. */
struct tally {
    unsigned fresh, running, down, ended;
    unsigned orphans; /* rows that wait for an actor */
    unsigned direct;  /* direct members that have not ended */
    bool healthy;     /* a member has been up for long enough, and says so */
};

static void tally_direct(const struct supervisor *supervisor, int gid,
                         struct tally *tally)
{
    const struct roster *roster = &supervisor->roster;
    int row = table_row_next(gid, -1);
    struct row_status status;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;

        tally->direct += info->group == gid && !info->indirect &&
                         info->state != HR_ACTOR_ENDED;
    }
    for (; row >= 0; row = table_row_next(gid, row)) {
        unsigned flags = row_request((unsigned)row)->flags;

        tally->direct +=
            row_read((unsigned)row, &status) == ROW_ALIVE &&
            roster->aid_of_row[row] == 0 && (flags & K_SPAWN_INDIRECT) == 0;
    }
}

/* Whether it is started from here, or by its parent. */
static bool counts(const struct tally *tally, const KnActorInfo *info)
{
    return !info->indirect || tally->direct == 0;
}

static void tally_members(const struct roster *roster, int gid,
                          struct tally *tally)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;
        bool mine = counts(tally, info);

        if (info->group != gid) {
            continue;
        }
        tally->fresh += mine && info->state == HR_ACTOR_NEW;
        tally->down += mine && info->state == HR_ACTOR_DOWN;
        tally->running += info->state == HR_ACTOR_RUNNING;
        tally->ended += info->state == HR_ACTOR_ENDED;
        tally->orphans += !mine && info->state != HR_ACTOR_ENDED &&
                          info->state != HR_ACTOR_RUNNING;
        tally->healthy = tally->healthy || member_healthy(info);
    }
}

/* Members that have a row but, since a restart of the site, no actor. */
static void tally_rows(const struct supervisor *supervisor, int gid,
                       struct tally *tally)
{
    int row = table_row_next(gid, -1);
    struct row_status status;

    for (; row >= 0; row = table_row_next(gid, row)) {
        enum row_state state =
            row_read((unsigned)row, &status);

        if (supervisor->roster.aid_of_row[row] == 0) {
            tally->orphans += state == ROW_ALIVE;
            tally->ended += state == ROW_ENDED;
        }
    }
}

/* When nothing at all has started for so long, a new kernel is tried; but not
 * for a damaged image, which no kernel makes whole. */
static void start_failed(int why)
{
    KnRebootDesc recover = {K_REBOOT_RECOVER};
    uint64_t now = now_ms();
    int error;

    if (starts.failing_since_ms == 0) {
        starts.failing_since_ms = now;
    }
    if (why == K_EFAIL || now - starts.failing_since_ms < START_PATIENCE_MS) {
        return;
    }
    say("nothing has started for %u s: the site is restarted",
        START_PATIENCE_MS / 1000);
    error = sysReboot(&recover);
    say("no restart of the site: %s", k_strerror(error));
}

/* One restart more: a restart of the site may come before the next turn. */
static void restart_count(const struct member *member)
{
    struct row_status status;

    if (member->row == ROSTER_NO_ROW || member->info->state != HR_ACTOR_DOWN) {
        return;
    }
    (void)row_read((unsigned)member->row, &status);
    status.restarts = member->info->restarts + 1;
    row_write((unsigned)member->row, &status);
}

static void member_start(const struct member *member, struct outcome *outcome)
{
    const KnActorInfo *info = member->info;
    int aid = hrStart(info->aid);

    if (aid < 0) {
        say("%s (aid %d, group %d) does not start: %s", info->name, info->aid,
            info->group, k_strerror(aid));
        outcome_wake(outcome, RETRY_MS);
        start_failed(aid);
        return;
    }
    starts.failing_since_ms = 0;
    restart_count(member);
    outcome->acted = true;
}

/* Starts what is down, and says at once how often the kernel may do so. */
static void group_start(struct supervisor *supervisor, int gid,
                        const struct tally *tally, struct outcome *outcome)
{
    const struct roster *roster = &supervisor->roster;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;

        if (info->group == gid && counts(tally, info) &&
            (info->state == HR_ACTOR_NEW || info->state == HR_ACTOR_DOWN)) {
            member_start(&roster->members[i], outcome);
        }
    }
    group_trust(supervisor, gid, outcome);
}

static void members_discard(const struct roster *roster, int gid)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;

        if (info->group == gid && hrDiscard(info->aid) < 0) {
            say("%s (aid %d) cannot be discarded", info->name, info->aid);
        }
    }
}

static void rows_clear(int gid)
{
    int row = table_row_next(gid, -1), next;
    struct row_status status;

    for (; row >= 0; row = next) {
        next = table_row_next(gid, row);
        if (row_read((unsigned)row, &status) == ROW_ENDED) {
            row_clear((unsigned)row);
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
    rows_clear(gid);
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

void group_look(struct supervisor *supervisor, int gid,
                struct outcome *outcome)
{
    struct tally tally = {0};

    tally_direct(supervisor, gid, &tally);
    tally_members(&supervisor->roster, gid, &tally);
    tally_rows(supervisor, gid, &tally);
    group_serve(supervisor, gid, &tally, outcome);
    if (tally.running > 0) {
        group_trust(supervisor, gid, outcome);
    }
    heartbeats_check(supervisor, gid, outcome);
}
