/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The roster: the kernel's list of restartable actors, of one group or of all,
 * each with its row in the registry.  It is drawn up afresh on every turn of
 * the main loop and never kept, so there is nothing that a missed event could
 * leave stale.
 */
#ifndef SUPERVISOR_ROSTER_H
#define SUPERVISOR_ROSTER_H

#include "table.h"

#define ROSTER_NO_ROW (-1)

struct member {
    const KnActorInfo *info; /* until the next roster */
    int row; /* in the registry, or ROSTER_NO_ROW */
    uint32_t order;
};

struct roster {
    unsigned count;
    unsigned room;           /* for so many members ... */
    struct member *members;  /* ... here */
    int aid_of_row[TABLE_ROWS]; /* 0: no actor for this row */
};

#define ROSTER_ALL (-1)

/* Draws up the roster of a group, or ROSTER_ALL, in order of registration.
 * Actors are paired with
 * their rows by aid; one whose new aid the supervisor had no time to write
 * down, with a row that asks for the same.  No row is changed.  Returns
 * false when the kernel gave no list, or there is no memory for it: then
 * nothing may be concluded. */
bool roster_scan(struct roster *roster, int group, struct epoch epoch);

#endif
