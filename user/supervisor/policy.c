/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart policy of a group; policy.h has the theory.  The first restarts
 * are free, because a restart that works is the point of the system; a group
 * that falls again and again is slowed down, so that it cannot starve its
 * neighbours; what happens to one that never stays up is the site's choice.
 */
#include "policy.h"

const struct policy_limits policy_defaults = {
    .badness_max = 8,
    .delayed_max = 8,
    .interval_ms = 60000,
    .delay_first_ms = 100,
    .delay_max_ms = 5000,
    .aside = true,
    .last_resort = POLICY_PARK,
};

/* A stamp after now_ms can only come from a clock that was set back: then no
 * time has passed. */
static uint64_t since(const HrHistory *history, uint64_t now_ms)
{
    return now_ms > history->stampMs ? now_ms - history->stampMs : 0;
}

/* Thousandths of a point that are left at now_ms. */
static uint64_t badness_left(const HrHistory *history, uint64_t now_ms,
                             const struct policy_limits *limits)
{
    unsigned points = limits->badness_max > 0 ? limits->badness_max : 1;
    uint64_t passed_ms = since(history, now_ms);
    uint64_t forgiven;

    /* Long enough for the most that can be: no overflow below. */
    if (passed_ms / limits->interval_ms >= POLICY_POINTS_MAX) {
        return 0;
    }
    forgiven = passed_ms * points * POLICY_POINT / limits->interval_ms;
    return history->badness > forgiven ? history->badness - forgiven : 0;
}

/* A point that is not forgiven as a whole still counts. */
static unsigned points_of(uint64_t badness)
{
    return (unsigned)((badness + POLICY_POINT - 1) / POLICY_POINT);
}

/* Least distance between the last start and the next one. */
static uint64_t spacing(unsigned points, const struct policy_limits *limits)
{
    uint64_t delay_ms = limits->delay_first_ms;

    if (points < limits->badness_max) {
        return 0;
    }
    for (unsigned n = limits->badness_max; n < points; n++) {
        if (delay_ms >= limits->delay_max_ms) {
            break;
        }
        delay_ms *= 2;
    }
    return delay_ms < limits->delay_max_ms ? delay_ms : limits->delay_max_ms;
}

static enum policy_action give_up(const HrHistory *history,
                                  const struct policy_limits *limits)
{
    if (limits->aside && history->stage == HR_STAGE_NORMAL) {
        return POLICY_ASIDE;
    }
    return limits->last_resort;
}

struct policy_verdict policy_decide(const HrHistory *history, uint64_t now_ms,
                                    const struct policy_limits *limits)
{
    unsigned points = points_of(badness_left(history, now_ms, limits));
    struct policy_verdict verdict = {POLICY_START, 0, points};
    uint64_t spacing_ms;

    if (history->stage == HR_STAGE_PARKED) {
        verdict.action = POLICY_PARK;
        return verdict;
    }
    if (points > 0 && points >= limits->badness_max + limits->delayed_max) {
        verdict.action = give_up(history, limits);
        return verdict;
    }
    spacing_ms = points > 0 ? spacing(points, limits) : 0;
    if (since(history, now_ms) < spacing_ms) {
        verdict.action = POLICY_WAIT;
        verdict.delay_ms = spacing_ms - since(history, now_ms);
    }
    return verdict;
}

unsigned policy_credit(const HrHistory *history, uint64_t now_ms,
                       const struct policy_limits *limits)
{
    unsigned points = points_of(badness_left(history, now_ms, limits));

    if (history->stage != HR_STAGE_NORMAL || points >= limits->badness_max) {
        return 0;
    }
    return limits->badness_max - points;
}

void policy_note(HrHistory *history, uint64_t now_ms,
                 const struct policy_limits *limits,
                 enum policy_action action)
{
    uint64_t left = badness_left(history, now_ms, limits);

    if (action == POLICY_PARK) {
        history->stage = HR_STAGE_PARKED;
        return;
    }
    if (action == POLICY_ASIDE) {
        history->stage = HR_STAGE_ASIDE;
    } else if (left == 0) {
        history->stage = HR_STAGE_NORMAL;
    }
    left += POLICY_POINT;
    if (left > POLICY_POINTS_MAX * POLICY_POINT) {
        left = POLICY_POINTS_MAX * POLICY_POINT;
    }
    history->badness = (unsigned)left;
    history->stampMs = now_ms;
    history->restarts++;
}

void policy_new_clock(HrHistory *history)
{
    history->stampMs = 0;
}

void policy_forgive(HrHistory *history)
{
    history->badness = 0;
    history->stage = HR_STAGE_NORMAL;
}
