/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands that look at actors, groups and failures.  None of them
 * changes anything: what the supervisor remembers is read from its board,
 * which is not even held.
 */
#include <hr/hrBoard.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

const char *state_words(int state)
{
    switch (state) {
    case HR_ACTOR_NEW:
        return "new";
    case HR_ACTOR_RUNNING:
        return "running";
    case HR_ACTOR_DOWN:
        return "down";
    case HR_ACTOR_ENDED:
        return "ended";
    default:
        return "?";
    }
}

static unsigned long long now_ms(void)
{
    KnTimeVal now = {0, 0};

    (void)!sysTime(&now);
    return (unsigned long long)now.tmSec * 1000 +
           (unsigned long long)now.tmNSec / 1000000;
}

/* Thousandths of a point that are not forgiven yet; user/supervisor/policy.c
 * has the rule. */
static unsigned badness_now(const HrHistory *history)
{
    unsigned long long passed_ms = 0, forgiven;
    HrPolicy policy;
    KnSysInfo info;

    if (hrPolicy(&policy) < 0 || policy.intervalMs == 0 ||
        sysInfo(&info) < 0) {
        return history->badness;
    }
    if (history->boots != info.boots ||
        history->siteRestarts != info.siteRestarts) {
        passed_ms = now_ms();
    } else if (now_ms() > history->stampMs) {
        passed_ms = now_ms() - history->stampMs;
    }
    forgiven = passed_ms * 1000 *
               (policy.maxBadness > 0 ? policy.maxBadness : 1) /
               policy.intervalMs;
    return history->badness > forgiven
               ? history->badness - (unsigned)forgiven
               : 0;
}

/* When the next start is due, in words. */
static void next_words(char words[32], const HrHistory *history)
{
    unsigned long long at = history->stampMs + history->nextMs;

    if (history->stage == HR_STAGE_PARKED) {
        strcpy(words, "parked");
    } else if (history->nextMs == 0) {
        strcpy(words, "-");
    } else {
        snprintf(words, 32, "at %u.%03u", (unsigned)(at / 1000),
                 (unsigned)(at % 1000));
    }
}

/* Group, kind, badness and next start of a restartable actor; of another,
 * dashes. */
static void group_print(const KnActorInfo *info)
{
    HrHistory history;
    char next[32];

    if (info->group < 0 || hrHistory(info->group, &history) < 0) {
        printf(" %5s %-8s %6u %5s %-10s", "-", info->boot ? "boot" : "plain",
               info->restarts, "-", "-");
        return;
    }
    next_words(next, &history);
    printf(" %5d %-8s %6u %3u.%u %-10s", info->group,
           info->indirect ? "indirect" : "direct", info->restarts,
           badness_now(&history) / 1000, badness_now(&history) / 100 % 10,
           next);
}

static const char *end_words(int end)
{
    static const char *const words[] = {
        [HR_END_EXIT] = "exit",
        [HR_END_KILL] = "killed",
        [HR_END_GROUP] = "its group failed",
        [HR_END_RESTART] = "asked for it",
        [HR_END_SILENT] = "no heartbeat",
        [HR_END_STOP] = "stopped by hand",
    };
    bool known = end >= 0 && (unsigned)end < sizeof(words) / sizeof(words[0]);

    return known ? words[end] : NULL;
}

static void actor_print(const KnActorInfo *info)
{
    printf("%5d %-16s", info->aid, info->name);
    group_print(info);
    printf(" %6u %8luK  %s", info->blocks, info->memory / 1024,
           info->stopped ? "stopped" : state_words(info->state));
    if (info->state != HR_ACTOR_RUNNING && end_words(info->end)) {
        printf(": %s", end_words(info->end));
    }
    if (info->fault[0]) {
        printf(", last fault: %s", info->fault);
    }
    printf("\n");
}

void command_aps(int argc, char **argv)
{
    const KnActorInfo *list;
    int count = actors_get(&list);

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    printf("%5s %-16s %5s %-8s %6s %5s %-10s %6s %9s  %s\n", "AID", "NAME",
           "GROUP", "KIND", "LIFE", "BAD", "NEXT", "BLOCKS", "MEMORY",
           "STATE");
    for (int i = 0; i < count; i++) {
        actor_print(&list[i]);
    }
}

static void policy_print(const HrPolicy *policy)
{
    printf("policy: %u restarts at once (hrCtrl.maxBadness), a point is "
           "forgiven each %u ms\n"
           "        %u more (hrCtrl.maxDelayed), %u ms apart, doubling to "
           "%u ms\n",
           policy->maxBadness,
           policy->intervalMs /
               (policy->maxBadness > 0 ? policy->maxBadness : 1),
           policy->maxDelayed, policy->delayFirstMs, policy->delayMaxMs);
    printf("        then %s%s\n",
           policy->aside ? "one start with the blocks set aside, then " : "",
           policy->giveUpSite ? "the site is restarted"
                              : "the group is parked");
}

static void history_print(int gid, const HrHistory *history)
{
    static const char *const stages[] = {"-", "blocks set aside", "parked"};
    char next[32];

    next_words(next, history);
    printf("%5d %8u %3u.%u %8llu.%03llu %-10s %s\n", gid, history->restarts,
           badness_now(history) / 1000, badness_now(history) / 100 % 10,
           history->stampMs / 1000, history->stampMs % 1000, next,
           history->stage <= HR_STAGE_PARKED ? stages[history->stage] : "?");
}

void command_sup(int argc, char **argv)
{
    HrHistory history;
    HrPolicy policy;
    int error = hrPolicy(&policy);

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    if (error < 0) {
        complain("the supervisor keeps no board: %s", k_strerror(error));
        return;
    }
    policy_print(&policy);
    printf("%5s %8s %5s %12s %-10s %s\n", "GROUP", "RESTARTS", "BAD",
           "LAST START", "NEXT", "STAGE");
    for (int gid = 0; gid < HR_GROUPS_MAX; gid++) {
        if (hrHistory(gid, &history) == K_OK && history.restarts > 0) {
            history_print(gid, &history);
        }
    }
}

static void crash_print(const HrCrash *crash)
{
    char group[24] = "no group";

    if (crash->group >= 0) {
        snprintf(group, sizeof(group), "group %d", crash->group);
    }
    printf("boot %u site %u %6llu.%03llu s: %s (aid %d, %s), life %u: %s\n",
           crash->boots, crash->siteRestarts, crash->atMs / 1000,
           crash->atMs % 1000, crash->name, crash->aid, group,
           crash->restarts, crash->why);
}

void command_crashlog(int argc, char **argv)
{
    HrCrash crash;
    unsigned count = 0;

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    for (; count < HR_CRASHES && hrCrash(count, &crash) == K_OK; count++) {
        crash_print(&crash);
    }
    if (count == 0) {
        printf("no failures\n");
    }
}
