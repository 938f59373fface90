/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the parts of the supervisor share, and the three steps of a turn:
 * registry_update() makes the registry tell the truth, registry_revive()
 * brings back what a restart of the site took away, group_look() acts.
 * Each looks at the state of things, never at an event, so a supervisor that
 * died in the middle of a turn simply takes the next one.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "board.h"
#include "policy.h"
#include "roster.h"
#include "table.h"

/* Group ids that are served: those of the kernel, 0 .. GROUPS-1. */
#define GROUPS HR_GROUPS_MAX

/* A step that the system refused for now is tried again after so long. */
#define RETRY_MS 1000

/* What can wait is done when nothing has happened for so long: whoever was
 * started has the processor first. */
#define QUIET_MS 1

struct supervisor {
    struct table *table;
    struct epoch epoch;
    struct policy_limits limits;
    struct roster roster; /* of this turn */
};

/* What a turn, or a part of one, came to. */
struct outcome {
    bool acted;       /* something changed: look again, when it is quiet */
    uint64_t wake_ms; /* wait no longer than this; 0: for ever */
};

/* Asks to be woken after delay_ms, unless an earlier wish is there. */
void outcome_wake(struct outcome *outcome, uint64_t delay_ms);

/* Gives every actor a row and ticks off those that ended. */
void registry_update(struct supervisor *supervisor);

/* Spawns the actors of rows that have none: their life ended with the last
 * life of the site. */
void registry_revive(struct supervisor *supervisor, struct outcome *outcome);

/* Starts, restarts or buries a group, as the roster has it. */
void group_look(struct supervisor *supervisor, int gid,
                struct outcome *outcome);

/* Milliseconds since the site started, when this turn began. */
uint64_t now_ms(void);

#endif
