/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart policy: when may a group that went down run again?
 *
 * One pure function over a short history.  It calls nothing, keeps nothing
 * and reads no clock, so that tests/unit/test_policy.c can try every case
 * and a site can put a policy of its own in its place.
 */
#ifndef SUPERVISOR_POLICY_H
#define SUPERVISOR_POLICY_H

#include <stdint.h>

/* Restart instants that a history remembers.  More than the largest
 * badness_max plus the steps in which a delay grows to its cap. */
#define POLICY_HISTORY_MAX 64
#define POLICY_BADNESS_MAX 48

/* What happened to one group so far.  All zero: never restarted. */
struct policy_history {
    unsigned count;                       /* restarts ever */
    uint64_t instant_ms[POLICY_HISTORY_MAX]; /* ring, indexed by count */
};

enum policy_action {
    POLICY_START,        /* start the group now */
    POLICY_WAIT,         /* ask again after delay_ms */
    POLICY_PARK,         /* leave the group down until somebody acts */
    POLICY_RESTART_SITE, /* the group alone cannot be helped */
};

struct policy_limits {
    unsigned badness_max;        /* restarts within the interval at once */
    uint64_t interval_ms;        /* what is older is forgotten */
    uint64_t delay_first_ms;     /* after badness_max; doubles each time */
    uint64_t delay_max_ms;       /* and grows no further */
    unsigned give_up_count;      /* restarts within the interval, 0: never */
    enum policy_action last_resort; /* what happens then */
};

struct policy_verdict {
    enum policy_action action;
    uint64_t delay_ms; /* with POLICY_WAIT */
    unsigned recent;   /* restarts within the interval: the reason */
};

/* The limits of a site that sets none. */
extern const struct policy_limits policy_defaults;

/* Decides about a group that is down at now_ms.  The delay is counted from
 * the group's last start, not from the fall: the verdict is the same however
 * often it is asked for, and a group that ran for long enough in between
 * does not wait at all. */
struct policy_verdict policy_decide(const struct policy_history *history,
                                    uint64_t now_ms,
                                    const struct policy_limits *limits);

/* Notes a restart at now_ms. */
void policy_note(struct policy_history *history, uint64_t now_ms);

#endif
