/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The restart policy: when may a group that went down run again?
 *
 * Each restart makes a group worse by one point, and time forgives: at an
 * even rate, badness_max points in an interval.  Up to badness_max points a
 * restart is made at once.  Beyond, restarts keep a distance that doubles
 * from one to the next.  When delayed_max of those have not helped either,
 * the group is started once with its blocks set aside, since it may be its
 * own memory that it crashes on; and when that does not help, it is given up.
 *
 * One pure function over a short history.  It calls nothing, keeps nothing
 * and reads no clock, so that tests/unit/test_policy.c can try every case
 * and a site can put a policy of its own in its place.
 */
#ifndef SUPERVISOR_POLICY_H
#define SUPERVISOR_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include <hr/hrBoard.h>

/* Badness is kept in thousandths of a point. */
#define POLICY_POINT 1000u
#define POLICY_POINTS_MAX 1000u

enum policy_action {
    POLICY_START,        /* start the group now */
    POLICY_WAIT,         /* ask again after delay_ms */
    POLICY_ASIDE,        /* set its blocks aside, then start it */
    POLICY_PARK,         /* leave the group down until somebody acts */
    POLICY_RESTART_SITE, /* the group alone cannot be helped */
};

struct policy_limits {
    unsigned badness_max;    /* points up to which restarts come at once */
    unsigned delayed_max;    /* points more, up to which they are delayed */
    uint64_t interval_ms;    /* forgives badness_max points; never 0 */
    uint64_t delay_first_ms; /* beyond badness_max; doubles each time */
    uint64_t delay_max_ms;   /* and grows no further */
    bool aside;              /* try without the blocks before giving up */
    enum policy_action last_resort; /* POLICY_PARK or POLICY_RESTART_SITE */
};

struct policy_verdict {
    enum policy_action action;
    uint64_t delay_ms; /* with POLICY_WAIT */
    unsigned badness;  /* in points, a begun one counted: the reason */
};

/* The limits of a site that sets none. */
extern const struct policy_limits policy_defaults;

/* Decides about a group that is down at now_ms.  The delay is counted from
 * the group's last start, not from the fall: the verdict is the same however
 * often it is asked for, and a group that ran for long enough in between
 * does not wait at all. */
struct policy_verdict policy_decide(const HrHistory *history, uint64_t now_ms,
                                    const struct policy_limits *limits);

/* How many failures of a group that runs may be answered by a restart at once,
 * if they all came at now_ms. */
unsigned policy_credit(const HrHistory *history, uint64_t now_ms,
                       const struct policy_limits *limits);

/* Notes what was done about the group at now_ms: POLICY_START, POLICY_ASIDE
 * (then it is started, too) or POLICY_PARK. */
void policy_note(HrHistory *history, uint64_t now_ms,
                 const struct policy_limits *limits,
                 enum policy_action action);

/* The site has a new life, and its clock begins at 0 again. */
void policy_new_clock(HrHistory *history);

/* The group is well, or somebody has taken care of it. */
void policy_forgive(HrHistory *history);

#endif
