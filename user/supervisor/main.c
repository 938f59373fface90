/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart supervisor.  The kernel stops actors and rebuilds them on
 * request; whether and when is decided here.  The main loop has no memory of
 * its own: look at a group in which something has changed, put the registry
 * right, act, wait.  So the supervisor may die at any point; the kernel brings
 * it back, and it begins by looking at all of them.
 */
#include <hr/hrCtrl.h>
#include <reprise.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "leaf.h"
#include "say.h"
#include "supervisor.h"

/* hrCtrl.maxBadness and hrCtrl.maxDelayed; hrCtrl.interval, a day. */
#define POINTS_MAX (POLICY_POINTS_MAX / 4)
#define INTERVAL_S_MAX 86400u

static struct {
    struct supervisor supervisor;
    uint64_t now_ms;
    uint64_t wake_ms[GROUPS]; /* each is looked at again then; 0: no need */
    uint64_t revive_ms;       /* the same, for rows without an actor */
    uint64_t file_ms;         /* the same, for crashes to be written down */
} self;

uint64_t now_ms(void)
{
    return self.now_ms;
}

static void clock_read(void)
{
    KnTimeVal now = {0, 0};

    (void)!sysTime(&now);
    self.now_ms =
        (uint64_t)now.tmSec * 1000 + (uint64_t)now.tmNSec / 1000000;
}

void outcome_wake(struct outcome *outcome, uint64_t delay_ms)
{
    if (outcome->wake_ms == 0 || delay_ms < outcome->wake_ms) {
        outcome->wake_ms = delay_ms;
    }
}

/* The value of name=value on the kernel's command line, or fallback. */
static uint64_t tunable(const char *line, const char *name, uint64_t fallback)
{
    size_t length = strlen(name);
    const char *at = line;

    while ((at = strstr(at, name)) != NULL) {
        if ((at == line || at[-1] == ' ') && at[length] == '=') {
            return strtoull(at + length + 1, NULL, 0);
        }
        at += length;
    }
    return fallback;
}

/* The same, and at most max: what is more is said. */
static uint64_t tunable_below(const char *line, const char *name,
                              uint64_t fallback, uint64_t max)
{
    uint64_t value = tunable(line, name, fallback);

    if (value > max) {
        say("%s is at most %u", name, (unsigned)max);
        return max;
    }
    return value;
}

static void limits_read(struct policy_limits *limits, const char *line)
{
    *limits = policy_defaults;
    limits->badness_max = (unsigned)tunable_below(
        line, "hrCtrl.maxBadness", limits->badness_max, POINTS_MAX);
    limits->delayed_max = (unsigned)tunable_below(
        line, "hrCtrl.maxDelayed", limits->delayed_max, POINTS_MAX);
    limits->interval_ms =
        1000 * tunable_below(line, "hrCtrl.interval",
                             limits->interval_ms / 1000, INTERVAL_S_MAX);
    if (limits->interval_ms == 0) {
        say("hrCtrl.interval is at least 1");
        limits->interval_ms = 1000;
    }
    limits->aside = tunable(line, "hrCtrl.aside", limits->aside) != 0;
    if (strstr(line, "hrCtrl.giveUp=site")) {
        limits->last_resort = POLICY_RESTART_SITE;
    }
}

static void limits_show(HrBoard *board, const struct policy_limits *limits)
{
    HrPolicy policy = {
        .maxBadness = limits->badness_max,
        .maxDelayed = limits->delayed_max,
        .intervalMs = (unsigned)limits->interval_ms,
        .delayFirstMs = (unsigned)limits->delay_first_ms,
        .delayMaxMs = (unsigned)limits->delay_max_ms,
        .aside = limits->aside,
        .giveUpSite = limits->last_resort == POLICY_RESTART_SITE,
    };

    board_policy_write(board, &policy);
}

/* Drops what is damaged and returns the number of actors to look after. */
static unsigned table_review(struct table *table)
{
    struct row_status status;
    unsigned alive = 0;

    if (table_open(table) == TABLE_REPAIRED) {
        say("the registry's header was damaged or of another version");
    }
    for (unsigned row = 0; row < table_rows(); row++) {
        enum row_state state = row_read(row, &status);

        if (state == ROW_DAMAGED) {
            say("row %u of the registry is damaged and dropped", row);
            row_clear(row);
        }
        alive += state == ROW_ALIVE;
    }
    return alive;
}

static void supervisor_init(struct supervisor *supervisor)
{
    HrStartInfo start = {0};
    KnSysInfo info = {0};
    unsigned alive;

    clock_read();
    (void)!hrStartInfo(&start);
    (void)!sysInfo(&info);
    limits_read(&supervisor->limits, info.commandLine);
    supervisor->epoch.boots = info.boots;
    supervisor->epoch.site_restarts = info.siteRestarts;
    supervisor->table = leaf_first();
    if (!supervisor->table) {
        exit(1); /* and a new life */
    }
    alive = table_review(supervisor->table);
    board_open(&supervisor->table->board, supervisor->epoch);
    limits_show(&supervisor->table->board, &supervisor->limits);
    if (start.kind == HR_START_RESTART) {
        say("back, restart %u of itself; registered: %u", start.restarts,
            alive);
    } else {
        say("ready; registered: %u", alive);
    }
}

/* ---- Turns --------------------------------------------------------------- */

/* When a thing that a turn came to must be looked at again. */
static uint64_t again_ms(const struct outcome *outcome)
{
    if (outcome->acted) {
        return self.now_ms + QUIET_MS;
    }
    return outcome->wake_ms > 0 ? self.now_ms + outcome->wake_ms : 0;
}

static void group_turn(struct supervisor *supervisor, int gid)
{
    struct outcome outcome = {false, 0};

    if (roster_scan(&supervisor->roster, gid, supervisor->epoch)) {
        registry_update(supervisor);
        group_look(supervisor, gid, &outcome);
    } else {
        outcome_wake(&outcome, RETRY_MS);
    }
    self.wake_ms[gid] = again_ms(&outcome);
}

/* Looks at everything, and brings back whoever has no actor any more. */
static void whole_turn(struct supervisor *supervisor)
{
    struct outcome revived = {false, 0};

    if (roster_scan(&supervisor->roster, ROSTER_ALL, supervisor->epoch)) {
        registry_update(supervisor);
        registry_revive(supervisor, &revived);
    } else {
        outcome_wake(&revived, RETRY_MS);
    }
    self.revive_ms = again_ms(&revived);
    for (int gid = 0; gid < GROUPS; gid++) {
        group_turn(supervisor, gid);
    }
}

/* Nothing has happened in the time that was waited for: what can wait, and
 * what was put off until now. */
static void quiet_turn(struct supervisor *supervisor)
{
    clock_read();
    if (self.file_ms > 0) {
        crashes_note(supervisor);
        self.file_ms = 0;
    }
    if (self.revive_ms > 0 && self.revive_ms <= self.now_ms) {
        whole_turn(supervisor);
    }
    for (int gid = 0; gid < GROUPS; gid++) {
        if (self.wake_ms[gid] > 0 && self.wake_ms[gid] <= self.now_ms) {
            group_turn(supervisor, gid);
        }
    }
}

/* When the next of them is due; 0: none is. */
static uint64_t next_ms(void)
{
    uint64_t next = self.file_ms;

    if (self.revive_ms > 0 && (next == 0 || self.revive_ms < next)) {
        next = self.revive_ms;
    }
    for (int gid = 0; gid < GROUPS; gid++) {
        uint64_t wake = self.wake_ms[gid];

        if (wake > 0 && (next == 0 || wake < next)) {
            next = wake;
        }
    }
    return next;
}

/* Waits until something changes or is due.  What has changed; 0: nothing, or
 * something was due. */
static unsigned rest(void)
{
    uint64_t at_ms = next_ms();
    uint64_t wait_ms = at_ms > self.now_ms ? at_ms - self.now_ms : 0;
    KnTimeVal limit = {
        .tmSec = (long)(wait_ms / 1000),
        .tmNSec = (long)(wait_ms % 1000) * 1000000,
    };

    int notice;

    if (at_ms > 0 && wait_ms == 0) {
        return 0;
    }
    notice = hrWait(at_ms > 0 ? &limit : K_NOTIMEOUT);
    return notice > 0 ? (unsigned)notice : 0;
}

int main(void)
{
    struct supervisor *supervisor = &self.supervisor;
    unsigned notice;

    supervisor_init(supervisor);
    self.file_ms = self.now_ms + QUIET_MS;
    whole_turn(supervisor);
    for (;;) {
        notice = rest();
        if (notice == 0) {
            quiet_turn(supervisor);
            continue;
        }
        clock_read();
        if (notice == HR_NOTICE_ASKED) {
            continue; /* to be back in hrWait() is the answer */
        }
        self.file_ms = self.now_ms + QUIET_MS;
        notice &= ~(HR_NOTICE_CRASH | HR_NOTICE_ASKED);
        for (; notice != 0; notice &= notice - 1) {
            group_turn(supervisor, __builtin_ctz(notice));
        }
    }
}
