/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart policy, case by case.
 */
/* sources: user/supervisor/policy.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "user/supervisor/policy.h"

#define DEFAULTS (&policy_defaults)

/* Restarts count times, every step_ms, the last one at count * step_ms,
 * whatever the policy would have said. */
static HrHistory steady(unsigned count, uint64_t step_ms)
{
    HrHistory history = {0};

    for (unsigned i = 1; i <= count; i++) {
        policy_note(&history, i * step_ms, DEFAULTS, POLICY_START);
    }
    return history;
}

static enum policy_action action(const HrHistory *history, uint64_t now_ms)
{
    return policy_decide(history, now_ms, DEFAULTS).action;
}

static void first_failure_restarts_at_once(void **state)
{
    HrHistory history = {0};

    (void)state;
    assert_int_equal(action(&history, 0), POLICY_START);
    assert_int_equal(action(&history, 123456), POLICY_START);
}

/* The table of README.md: what is done about the n-th failure of a group
 * that never stays up. */
static void ladder_of_a_crash_loop(void **state)
{
    static const struct {
        enum policy_action action;
        uint64_t delay_ms;
        unsigned badness;
    } table[] = {
        {POLICY_START, 0, 0},    {POLICY_START, 0, 1},
        {POLICY_START, 0, 2},    {POLICY_START, 0, 3},
        {POLICY_START, 0, 4},    {POLICY_START, 0, 5},
        {POLICY_START, 0, 6},    {POLICY_START, 0, 7},
        {POLICY_WAIT, 100, 8},   {POLICY_WAIT, 200, 9},
        {POLICY_WAIT, 400, 10},  {POLICY_WAIT, 800, 11},
        {POLICY_WAIT, 1600, 12}, {POLICY_WAIT, 3200, 13},
        {POLICY_WAIT, 5000, 14}, {POLICY_WAIT, 5000, 15},
        {POLICY_ASIDE, 0, 16},
    };
    HrHistory history = {0};

    (void)state;
    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct policy_verdict verdict = policy_decide(&history, 0, DEFAULTS);

        assert_int_equal(verdict.action, table[i].action);
        assert_int_equal(verdict.delay_ms, table[i].delay_ms);
        assert_int_equal(verdict.badness, table[i].badness);
        policy_note(&history, 0, DEFAULTS,
                    verdict.action == POLICY_WAIT ? POLICY_START
                                                  : verdict.action);
    }
    assert_int_equal(action(&history, 0), POLICY_PARK);
    assert_int_equal(history.restarts, 17);
}

/* As it goes in time: each failure comes at once after a start. */
static void crash_loop_in_time(void **state)
{
    HrHistory history = {0};
    struct policy_verdict verdict;
    unsigned starts = 0;
    uint64_t now_ms = 0;

    (void)state;
    for (;;) {
        verdict = policy_decide(&history, now_ms, DEFAULTS);
        if (verdict.action == POLICY_PARK) {
            break;
        }
        if (verdict.action == POLICY_WAIT) {
            now_ms += verdict.delay_ms;
        } else {
            policy_note(&history, now_ms, DEFAULTS, verdict.action);
            starts++;
        }
    }
    assert_in_range(starts, 17, 40);
    assert_in_range(now_ms, 16300, 120000);
}

/* Asked again, it does not begin to count anew; the time that the group ran
 * is part of the delay. */
static void delay_counts_from_the_last_start(void **state)
{
    HrHistory history = steady(9, 1);

    (void)state;
    assert_int_equal(policy_decide(&history, 9, DEFAULTS).delay_ms, 200);
    assert_int_equal(policy_decide(&history, 159, DEFAULTS).delay_ms, 50);
    assert_int_equal(policy_decide(&history, 208, DEFAULTS).delay_ms, 1);
    assert_int_equal(action(&history, 209), POLICY_START);
}

static void time_forgives(void **state)
{
    HrHistory history = steady(16, 1);

    (void)state;
    assert_int_equal(policy_decide(&history, 16, DEFAULTS).badness, 16);
    assert_int_equal(policy_decide(&history, 7516, DEFAULTS).badness, 15);
    assert_int_equal(policy_decide(&history, 60016, DEFAULTS).badness, 8);
    assert_int_equal(policy_decide(&history, 67516, DEFAULTS).badness, 7);
    assert_int_equal(action(&history, 67516), POLICY_START);
    assert_int_equal(policy_decide(&history, 120016, DEFAULTS).badness, 0);
    assert_int_equal(policy_decide(&history, UINT64_MAX, DEFAULTS).badness, 0);
}

/* One that fails rarely enough is restarted at once for ever. */
static void rare_failures_are_free(void **state)
{
    HrHistory history = {0};

    (void)state;
    for (unsigned i = 1; i <= 10000; i++) {
        assert_int_equal(action(&history, i * 7500ull), POLICY_START);
        policy_note(&history, i * 7500ull, DEFAULTS, POLICY_START);
    }
    assert_int_equal(history.restarts, 10000);
}

/* Badness stops growing somewhere, and goes away from there. */
static void badness_has_an_end(void **state)
{
    HrHistory history = steady(5000, 0);

    (void)state;
    assert_int_equal(history.badness, POLICY_POINTS_MAX * POLICY_POINT);
    assert_int_equal(policy_decide(&history, 60000ull * 125, DEFAULTS).badness,
                     0);
}

/* A clock that went back may delay a start, never prevent it. */
static void clock_that_went_back(void **state)
{
    HrHistory history = steady(10, 700);
    struct policy_verdict verdict = policy_decide(&history, 0, DEFAULTS);

    (void)state;
    assert_int_equal(verdict.action, POLICY_WAIT);
    assert_true(verdict.delay_ms <= policy_defaults.delay_max_ms);
    policy_new_clock(&history);
    assert_int_equal(action(&history, policy_defaults.delay_max_ms),
                     POLICY_START);
}

static void parked_stays_parked(void **state)
{
    HrHistory history = steady(16, 1);

    (void)state;
    policy_note(&history, 16, DEFAULTS, POLICY_PARK);
    assert_int_equal(action(&history, 16), POLICY_PARK);
    assert_int_equal(action(&history, 1000000000), POLICY_PARK);
    policy_forgive(&history);
    assert_int_equal(action(&history, 16), POLICY_START);
    assert_int_equal(policy_decide(&history, 16, DEFAULTS).badness, 0);
}

static void last_resort_is_the_sites_choice(void **state)
{
    struct policy_limits limits = policy_defaults;
    HrHistory history = steady(16, 0);

    (void)state;
    limits.aside = false;
    assert_int_equal(policy_decide(&history, 0, &limits).action, POLICY_PARK);
    limits.last_resort = POLICY_RESTART_SITE;
    assert_int_equal(policy_decide(&history, 0, &limits).action,
                     POLICY_RESTART_SITE);
    /* The new site remembers: one more failure, one more rung. */
    policy_new_clock(&history);
    assert_int_equal(policy_decide(&history, 50, &limits).action,
                     POLICY_RESTART_SITE);
}

/* Blocks are set aside once; when all is forgiven, they may be again. */
static void aside_only_once(void **state)
{
    HrHistory history = steady(16, 0);

    (void)state;
    assert_int_equal(action(&history, 0), POLICY_ASIDE);
    assert_int_equal(action(&history, 0), POLICY_ASIDE);
    policy_note(&history, 0, DEFAULTS, POLICY_ASIDE);
    assert_int_equal(action(&history, 0), POLICY_PARK);
    policy_note(&history, 1000000, DEFAULTS, POLICY_START);
    assert_int_equal(history.stage, HR_STAGE_NORMAL);
}

static void no_free_restarts(void **state)
{
    struct policy_limits limits = policy_defaults;
    HrHistory history = {0};

    (void)state;
    limits.badness_max = 0;
    assert_int_equal(policy_decide(&history, 0, &limits).action,
                     POLICY_START);
    policy_note(&history, 0, &limits, POLICY_START);
    assert_int_equal(policy_decide(&history, 0, &limits).delay_ms, 200);
    /* With neither: one start, and then it is given up. */
    limits.delayed_max = 0;
    assert_int_equal(policy_decide(&history, 0, &limits).action,
                     POLICY_ASIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_restarts_at_once),
        cmocka_unit_test(ladder_of_a_crash_loop),
        cmocka_unit_test(crash_loop_in_time),
        cmocka_unit_test(delay_counts_from_the_last_start),
        cmocka_unit_test(time_forgives),
        cmocka_unit_test(rare_failures_are_free),
        cmocka_unit_test(badness_has_an_end),
        cmocka_unit_test(clock_that_went_back),
        cmocka_unit_test(parked_stays_parked),
        cmocka_unit_test(last_resort_is_the_sites_choice),
        cmocka_unit_test(aside_only_once),
        cmocka_unit_test(no_free_restarts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
