/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart policy of a group.  The first restarts are free, because a
 * restart that works is the point of the system; a group that falls again
 * and again is slowed down, so that it cannot starve its neighbours; what
 * happens to one that never stays up is the site's choice (give_up_count).
 */
#include "policy.h"

const struct policy_limits policy_defaults = {
    .badness_max = 8,
    .interval_ms = 60000,
    .delay_first_ms = 100,
    .delay_max_ms = 5000,
    .give_up_count = 0,
    .last_resort = POLICY_RESTART_SITE,
};

/* The n-th last restart, n counted from 0; it must be remembered. */
static uint64_t instant_back(const struct policy_history *history, unsigned n)
{
    return history->instant_ms[(history->count - 1 - n) % POLICY_HISTORY_MAX];
}

static unsigned remembered(const struct policy_history *history)
{
    if (history->count < POLICY_HISTORY_MAX) {
        return history->count;
    }
    return POLICY_HISTORY_MAX;
}

/* Restarts that are younger than the interval.  An instant after now_ms can
 * only come from a clock that was set back: it counts as young. */
static unsigned recent_count(const struct policy_history *history,
                             uint64_t now_ms, uint64_t interval_ms)
{
    unsigned known = remembered(history);
    unsigned n = 0;

    while (n < known) {
        uint64_t instant_ms = instant_back(history, n);

        if (instant_ms <= now_ms && now_ms - instant_ms >= interval_ms) {
            break;
        }
        n++;
    }
    return n;
}

/* Least distance between the last start and the next one. */
static uint64_t spacing(unsigned recent, const struct policy_limits *limits)
{
    uint64_t delay_ms = limits->delay_first_ms;

    if (recent < limits->badness_max) {
        return 0;
    }
    for (unsigned n = limits->badness_max; n < recent; n++) {
        if (delay_ms >= limits->delay_max_ms) {
            break;
        }
        delay_ms *= 2;
    }
    return delay_ms < limits->delay_max_ms ? delay_ms : limits->delay_max_ms;
}

struct policy_verdict policy_decide(const struct policy_history *history,
                                    uint64_t now_ms,
                                    const struct policy_limits *limits)
{
    struct policy_verdict verdict = {POLICY_START, 0, 0};
    uint64_t since_ms = 0;
    uint64_t spacing_ms;

    verdict.recent = recent_count(history, now_ms, limits->interval_ms);
    if (verdict.recent == 0) {
        return verdict;
    }
    if (limits->give_up_count && verdict.recent >= limits->give_up_count) {
        verdict.action = limits->last_resort;
        return verdict;
    }
    if (instant_back(history, 0) <= now_ms) {
        since_ms = now_ms - instant_back(history, 0);
    }
    spacing_ms = spacing(verdict.recent, limits);
    if (since_ms < spacing_ms) {
        verdict.action = POLICY_WAIT;
        verdict.delay_ms = spacing_ms - since_ms;
    }
    return verdict;
}

void policy_note(struct policy_history *history, uint64_t now_ms)
{
    history->instant_ms[history->count % POLICY_HISTORY_MAX] = now_ms;
    history->count++;
}
