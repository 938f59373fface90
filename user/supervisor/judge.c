/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Verdicts on groups; judge.h says what they are.
 */
#include "judge.h"

#include <hr/hrCtrl.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <string.h>

#include "say.h"

/* A mark of health is believed of a life that is so old: one that says so
 * and crashes would else be restarted at once for ever. */
#define HEALTHY_MS 1000

/* What was last said about a group, so that it is said once. */
static struct {
    bool said[GROUPS];
    unsigned noted;          /* the number of the last crash of hrCrashes() */
    unsigned credit[GROUPS]; /* that the kernel has, plus 1; 0: not known */
} judges;

/* Crashes that are fetched from the kernel at a time. */
#define CRASHES_AT_ONCE 8

static uint64_t life_ms(const KnActorInfo *info)
{
    uint64_t start_ms = (uint64_t)info->lifeStart.tmSec * 1000 +
                        (uint64_t)info->lifeStart.tmNSec / 1000000;

    return now_ms() > start_ms ? now_ms() - start_ms : 0;
}

bool member_healthy(const KnActorInfo *info)
{
    return info->state == HR_ACTOR_RUNNING && info->healthy &&
           life_ms(info) >= HEALTHY_MS;
}

static void history_write(struct supervisor *supervisor, int gid,
                          const HrHistory *history)
{
    board_history_write(&supervisor->table->board, gid, history);
}

/* ---- Crashes, and restarts on credit ------------------------------------ */

/* The history says which crashes it has in it, so a supervisor that died over
 * this counts none twice. */
static void crash_count(struct supervisor *supervisor, const KnCrash *crash)
{
    HrHistory history = *board_history(crash->group);

    if (judges.credit[crash->group] > 1) {
        judges.credit[crash->group]--;
    }
    if (history.crash >= crash->sequence) {
        return;
    }
    policy_note(&history, crash->atMs, &supervisor->limits, POLICY_START);
    history.crash = crash->sequence;
    history.nextMs = 0;
    history_write(supervisor, crash->group, &history);
}

void crashes_note(struct supervisor *supervisor)
{
    KnCrash crashes[CRASHES_AT_ONCE];
    int count;

    do {
        count = hrCrashes(judges.noted, crashes, sizeof(crashes));
        for (int i = 0; i < count; i++) {
            board_crash_note(&supervisor->table->board, &crashes[i]);
            if (crashes[i].restarted) {
                crash_count(supervisor, &crashes[i]);
            }
            judges.noted = crashes[i].sequence;
        }
    } while (count == CRASHES_AT_ONCE);
}

void group_trust(struct supervisor *supervisor, int gid,
                 struct outcome *outcome)
{
    unsigned credit;

    crashes_note(supervisor);
    credit = policy_credit(board_history(gid), now_ms(), &supervisor->limits);
    if (judges.credit[gid] == credit + 1) {
        return;
    }
    if (hrCredit(gid, credit, judges.noted) == K_OK) {
        judges.credit[gid] = credit + 1;
    } else {
        outcome->acted = true; /* another crash: look again */
    }
}

/* ---- Verdicts ------------------------------------------------------------ */

static void site_restart(int gid, unsigned badness)
{
    KnRebootDesc recover = {K_REBOOT_RECOVER};
    int error;

    say("group %d does not stay up (badness %u): the site is restarted", gid,
        badness);
    error = sysReboot(&recover);
    say("no restart of the site: %s", k_strerror(error));
}

static void group_wait(struct supervisor *supervisor, int gid,
                       const struct policy_verdict *verdict,
                       struct outcome *outcome)
{
    HrHistory history = *board_history(gid);

    if (!judges.said[gid]) {
        say("group %d has badness %u, %u are free: waits %u ms", gid,
            verdict->badness, supervisor->limits.badness_max,
            (unsigned)verdict->delay_ms);
        history.nextMs =
            (unsigned)(now_ms() + verdict->delay_ms - history.stampMs);
        history_write(supervisor, gid, &history);
    }
    judges.said[gid] = true;
    outcome_wake(outcome, verdict->delay_ms);
}

static void group_aside(int gid, unsigned badness)
{
    int count = hrGroupAside(gid);

    if (count < 0) {
        say("group %d: its blocks are not set aside: %s", gid,
            k_strerror(count));
    } else {
        say("group %d does not stay up (badness %u): one start without its "
            "blocks, set aside: %d",
            gid, badness, count);
    }
}

static void park_note(struct supervisor *supervisor, int gid)
{
    HrHistory history = *board_history(gid);

    if (history.stage != HR_STAGE_PARKED) {
        policy_note(&history, now_ms(), &supervisor->limits, POLICY_PARK);
        history.nextMs = 0;
        history_write(supervisor, gid, &history);
    }
}

/* Somebody wants the group to be down. */
static void group_stay(struct supervisor *supervisor, int gid)
{
    bool news = board_history(gid)->stage != HR_STAGE_PARKED;

    park_note(supervisor, gid);
    if (news || !judges.said[gid]) {
        say("group %d stopped by hand: parked "
            "(start -g %d starts it, akill -g %d ends it)",
            gid, gid, gid);
    }
    judges.said[gid] = true;
}

static void group_park(struct supervisor *supervisor, int gid,
                       unsigned badness)
{
    park_note(supervisor, gid);
    if (!judges.said[gid]) {
        say("group %d does not stay up (badness %u): parked "
            "(start -g %d tries again, akill -g %d ends it)",
            gid, badness, gid, gid);
    }
    judges.said[gid] = true;
}

static void group_note(struct supervisor *supervisor, int gid,
                       enum policy_action action)
{
    HrHistory history = *board_history(gid);

    policy_note(&history, now_ms(), &supervisor->limits, action);
    history.nextMs = 0;
    history_write(supervisor, gid, &history);
    judges.said[gid] = false;
}

static bool stopped_by_hand(const struct roster *roster, int gid)
{
    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;

        if (info->group == gid && info->state == HR_ACTOR_DOWN &&
            info->end == HR_END_STOP) {
            return true;
        }
    }
    return false;
}

bool group_judge(struct supervisor *supervisor, int gid,
                 struct outcome *outcome)
{
    struct policy_verdict verdict;

    crashes_note(supervisor);
    verdict = policy_decide(board_history(gid), now_ms(), &supervisor->limits);
    if (stopped_by_hand(&supervisor->roster, gid)) {
        group_stay(supervisor, gid);
        return false;
    }
    switch (verdict.action) {
    case POLICY_ASIDE:
        group_aside(gid, verdict.badness);
        group_note(supervisor, gid, POLICY_ASIDE);
        return true;
    case POLICY_START:
        group_note(supervisor, gid, POLICY_START);
        return true;
    case POLICY_WAIT:
        group_wait(supervisor, gid, &verdict, outcome);
        break;
    case POLICY_PARK:
        group_park(supervisor, gid, verdict.badness);
        break;
    case POLICY_RESTART_SITE:
        site_restart(gid, verdict.badness);
        outcome_wake(outcome, RETRY_MS);
        break;
    }
    return false;
}

/* ---- What time and others change ----------------------------------------- */

void group_runs(struct supervisor *supervisor, int gid, bool healthy)
{
    HrHistory history = *board_history(gid);

    judges.said[gid] = false;
    if (history.stage != HR_STAGE_PARKED &&
        !(healthy && (history.badness > 0 || history.stage > 0))) {
        return;
    }
    say(healthy ? "group %d is healthy: badness 0"
                : "group %d was started again: badness 0",
        gid);
    policy_forgive(&history);
    history.nextMs = 0;
    history_write(supervisor, gid, &history);
}

void group_forget(struct supervisor *supervisor, int gid)
{
    static const HrHistory none;

    judges.said[gid] = false;
    judges.credit[gid] = 0;
    if (board_history(gid)->restarts > 0 || board_history(gid)->stage > 0) {
        history_write(supervisor, gid, &none);
    }
}

static void heartbeat_check(const KnActorInfo *info, struct outcome *outcome)
{
    if (info->quietMs <= info->beatMs) {
        outcome_wake(outcome, info->beatMs - info->quietMs + 1);
        return;
    }
    say("%s (aid %d, group %d) hangs: no heartbeat for %u ms", info->name,
        info->aid, info->group, info->quietMs);
    if (hrEnd(info->aid, HR_END_SILENT) == K_OK) {
        outcome->acted = true;
    }
}

void heartbeats_check(struct supervisor *supervisor, int gid,
                      struct outcome *outcome)
{
    const struct roster *roster = &supervisor->roster;

    for (unsigned i = 0; i < roster->count; i++) {
        const KnActorInfo *info = roster->members[i].info;

        if (info->group != gid || info->state != HR_ACTOR_RUNNING) {
            continue;
        }
        if (info->beatMs > 0) {
            heartbeat_check(info, outcome);
        }
        if (info->healthy && life_ms(info) < HEALTHY_MS) {
            outcome_wake(outcome, HEALTHY_MS - life_ms(info) + 1);
        }
    }
}
