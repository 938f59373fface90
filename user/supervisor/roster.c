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

static void pair(struct roster *roster, struct member *member, int row,
                 const struct row_status *status)
{
    member->row = row;
    member->order = status->order;
    roster->aid_of_row[row] = member->info->aid;
}

/* An aid means something only in the life of the kernel that gave it; that of
 * an actor's first life stands for it in all of them. */
static void pair_by_aid(struct roster *roster, struct member *member,
                        const struct table *table, struct epoch epoch)
{
    int row = table_row_next(member->info->group, -1);
    struct row_status status;

    for (; row >= 0; row = table_row_next(member->info->group, row)) {
        (void)row_read(table, (unsigned)row, &status);
        if (status.aid == member->info->firstAid &&
            epoch_equal(status.epoch, epoch)) {
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
    int row = table_row_next(member->info->group, -1);
    KnActorSpawn request;
    struct row_status status;

    if (hrSpawnInfo(member->info->aid, &request) < 0) {
        return;
    }
    for (; row >= 0; row = table_row_next(member->info->group, row)) {
        if (row_read(table, (unsigned)row, &status) == ROW_ALIVE &&
            roster->aid_of_row[row] == 0 &&
            request_equal(&request, row_request(table, (unsigned)row))) {
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

/* The kernel's list of a group, or of all actors. */
static int list_get(int group)
{
    int total = group == ROSTER_ALL
                    ? actorList(answer.list, sizeof(answer.list))
                    : hrMembers(group, answer.list, sizeof(answer.list));

    if (total < 0) {
        say("no list of actors: %s", k_strerror(total));
    }
    if (total > ROSTER_MAX) {
        say("%d actors, only %d of them are watched", total, ROSTER_MAX);
        total = ROSTER_MAX;
    }
    return total;
}

/* No row of the group, or of all, has an actor yet. */
static void rows_forget(struct roster *roster, int group)
{
    int row = group == ROSTER_ALL ? -1 : table_row_next(group, -1);

    if (group == ROSTER_ALL) {
        memset(roster->aid_of_row, 0, sizeof(roster->aid_of_row));
    }
    for (; row >= 0; row = table_row_next(group, row)) {
        roster->aid_of_row[row] = 0;
    }
}

/* Takes the restartable ones out of the kernel's list. */
static bool collect(struct roster *roster, int group)
{
    int total = list_get(group);

    roster->count = 0;
    rows_forget(roster, group);
    for (int i = 0; i < total; i++) {
        if (answer.list[i].group >= 0) {
            roster->members[roster->count++] = (struct member){
                .info = &answer.list[i],
                .row = ROSTER_NO_ROW,
                .order = UINT32_MAX,
            };
        }
    }
    return total >= 0;
}

bool roster_scan(struct roster *roster, int group, const struct table *table,
                 struct epoch epoch)
{
    if (!collect(roster, group)) {
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
