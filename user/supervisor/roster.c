/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Draws up the roster; roster.h says what it is.
 */
#include "roster.h"

#include <hr/hrCtrl.h>
#include <reprise.h>
#include <string.h>

#include "say.h"

/* The kernel's answer: too large for the stack of an actor. */
static struct {
    KnActorInfo list[ROSTER_MAX];
} answer;

static void pair(struct roster *roster, struct member *member, unsigned row,
                 const struct row_status *status)
{
    member->row = (int)row;
    member->order = status->order;
    roster->aid_of_row[row] = member->info.aid;
}

/* An aid means something only in the life of the kernel that gave it. */
static void pair_by_aid(struct roster *roster, struct member *member,
                        const struct table *table, struct epoch epoch)
{
    struct row_status status;

    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        enum row_state state = row_read(table, row, &status);

        if ((state == ROW_ALIVE || state == ROW_ENDED) &&
            status.aid == member->info.aid &&
            epoch_equal(status.epoch, epoch) &&
            row_request(table, row)->group == member->info.group) {
            pair(roster, member, row, &status);
            return;
        }
    }
}

/* The supervisor died between the start of an actor and the note of its aid:
 * the actor is there, and so is a row without one that asked for it.  Which
 * of several equal rows it is makes no difference. */
static void pair_by_request(struct roster *roster, struct member *member,
                            const struct table *table)
{
    KnActorSpawn request;
    struct row_status status;

    if (hrSpawnInfo(member->info.aid, &request) < 0) {
        return;
    }
    for (unsigned row = 0; row < TABLE_ROWS; row++) {
        if (row_read(table, row, &status) == ROW_ALIVE &&
            roster->aid_of_row[row] == 0 &&
            request_equal(&request, row_request(table, row))) {
            pair(roster, member, row, &status);
            return;
        }
    }
}

/* Sorts by rank of registration; actors without a row come last. */
static void sort(struct roster *roster)
{
    for (unsigned i = 1; i < roster->count; i++) {
        struct member moving = roster->members[i];
        unsigned at = i;

        while (at > 0 && roster->members[at - 1].order > moving.order) {
            roster->members[at] = roster->members[at - 1];
            at--;
        }
        roster->members[at] = moving;
    }
}

/* Takes the restartable ones out of the kernel's list. */
static bool collect(struct roster *roster)
{
    int total = actorList(answer.list, sizeof(answer.list));

    memset(roster, 0, sizeof(*roster));
    if (total < 0) {
        say("no list of actors: %s", k_strerror(total));
        return false;
    }
    if (total > ROSTER_MAX) {
        say("%d actors, only %d of them are watched", total, ROSTER_MAX);
        total = ROSTER_MAX;
    }
    for (int i = 0; i < total; i++) {
        if (answer.list[i].group >= 0) {
            roster->members[roster->count++] = (struct member){
                .info = answer.list[i],
                .row = ROSTER_NO_ROW,
                .order = UINT32_MAX,
            };
        }
    }
    return true;
}

bool roster_scan(struct roster *roster, const struct table *table,
                 struct epoch epoch)
{
    if (!collect(roster)) {
        return false;
    }
    for (unsigned i = 0; i < roster->count; i++) {
        pair_by_aid(roster, &roster->members[i], table, epoch);
    }
    for (unsigned i = 0; i < roster->count; i++) {
        if (roster->members[i].row == ROSTER_NO_ROW) {
            pair_by_request(roster, &roster->members[i], table);
        }
    }
    sort(roster);
    return true;
}
