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

/* Restarts at these instants, then a verdict at now_ms. */
static struct policy_verdict after(const uint64_t *instants, unsigned count,
                                   uint64_t now_ms)
{
    struct policy_history history = {0};

    for (unsigned i = 0; i < count; i++) {
        policy_note(&history, instants[i]);
    }
    return policy_decide(&history, now_ms, &policy_defaults);
}

/* Restarts count times, every step_ms, the last one at count * step_ms. */
static struct policy_history steady(unsigned count, uint64_t step_ms)
{
    struct policy_history history = {0};

    for (unsigned i = 1; i <= count; i++) {
        policy_note(&history, i * step_ms);
    }
    return history;
}

static void first_failure_restarts_at_once(void **state)
{
    (void)state;
    assert_int_equal(after(NULL, 0, 0).action, POLICY_START);
    assert_int_equal(after(NULL, 0, 123456).action, POLICY_START);
}

static void up_to_the_limit_is_free(void **state)
{
    (void)state;
    for (unsigned count = 0; count < policy_defaults.badness_max; count++) {
        struct policy_history history = steady(count, 1);
        struct policy_verdict verdict =
            policy_decide(&history, count, &policy_defaults);

        assert_int_equal(verdict.action, POLICY_START);
        assert_int_equal(verdict.recent, count);
    }
}

static void delays_double_up_to_the_cap(void **state)
{
    static const uint64_t expected_ms[] = {100,  200,  400,  800, 1600,
                                           3200, 5000, 5000, 5000};

    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        unsigned count = policy_defaults.badness_max + i;
        struct policy_history history = steady(count, 1);
        struct policy_verdict verdict =
            policy_decide(&history, count, &policy_defaults);

        assert_int_equal(verdict.action, POLICY_WAIT);
        assert_int_equal(verdict.delay_ms, expected_ms[i]);
    }
}

/* Asked again, it does not begin to count anew; the time that the group ran
 * is part of the delay. */
static void delay_counts_from_the_last_start(void **state)
{
    struct policy_history history = steady(9, 10);

    (void)state;
    assert_int_equal(policy_decide(&history, 90, &policy_defaults).delay_ms,
                     200);
    assert_int_equal(policy_decide(&history, 240, &policy_defaults).delay_ms,
                     50);
    assert_int_equal(policy_decide(&history, 289, &policy_defaults).delay_ms,
                     1);
    assert_int_equal(policy_decide(&history, 290, &policy_defaults).action,
                     POLICY_START);
}

static void old_restarts_are_forgotten(void **state)
{
    struct policy_history history = steady(20, 1);
    struct policy_verdict verdict;

    (void)state;
    verdict = policy_decide(&history, 60000, &policy_defaults);
    assert_int_equal(verdict.recent, 20);
    verdict = policy_decide(&history, 60010, &policy_defaults);
    assert_int_equal(verdict.recent, 10);
    verdict = policy_decide(&history, 60020, &policy_defaults);
    assert_int_equal(verdict.recent, 0);
    assert_int_equal(verdict.action, POLICY_START);
}

static void history_longer_than_its_ring(void **state)
{
    struct policy_history history = steady(3 * POLICY_HISTORY_MAX + 5, 1);
    struct policy_verdict verdict = policy_decide(
        &history, 3 * POLICY_HISTORY_MAX + 5, &policy_defaults);

    (void)state;
    assert_int_equal(verdict.recent, POLICY_HISTORY_MAX);
    assert_int_equal(verdict.delay_ms, policy_defaults.delay_max_ms);
}

/* A clock that went back may delay a start, never prevent it. */
static void clock_that_went_back(void **state)
{
    struct policy_history history = steady(10, 100000);
    struct policy_verdict verdict =
        policy_decide(&history, 0, &policy_defaults);

    (void)state;
    assert_int_equal(verdict.action, POLICY_WAIT);
    assert_true(verdict.delay_ms <= policy_defaults.delay_max_ms);
}

static void last_resort(void **state)
{
    struct policy_limits limits = policy_defaults;
    struct policy_history history = steady(5, 1);

    (void)state;
    limits.give_up_count = 6;
    limits.last_resort = POLICY_PARK;
    assert_int_equal(policy_decide(&history, 5, &limits).action,
                     POLICY_START);
    policy_note(&history, 6);
    assert_int_equal(policy_decide(&history, 6, &limits).action, POLICY_PARK);
    limits.last_resort = POLICY_RESTART_SITE;
    assert_int_equal(policy_decide(&history, 6, &limits).action,
                     POLICY_RESTART_SITE);
    assert_int_equal(policy_decide(&history, 70000, &limits).action,
                     POLICY_START);
}

static void no_free_restarts(void **state)
{
    struct policy_limits limits = policy_defaults;
    struct policy_history history = {0};

    (void)state;
    limits.badness_max = 0;
    assert_int_equal(policy_decide(&history, 0, &limits).action,
                     POLICY_START);
    policy_note(&history, 0);
    assert_int_equal(policy_decide(&history, 0, &limits).delay_ms, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_restarts_at_once),
        cmocka_unit_test(up_to_the_limit_is_free),
        cmocka_unit_test(delays_double_up_to_the_cap),
        cmocka_unit_test(delay_counts_from_the_last_start),
        cmocka_unit_test(old_restarts_are_forgotten),
        cmocka_unit_test(history_longer_than_its_ring),
        cmocka_unit_test(clock_that_went_back),
        cmocka_unit_test(last_resort),
        cmocka_unit_test(no_free_restarts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
