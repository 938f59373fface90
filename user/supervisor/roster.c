/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Draws up the roster; roster.h says what it is.
 */
#include "roster.h"

#include <hr/hrCtrl.h>
#include <reprise.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* Members that the first roster has room for, at least. */
#define ROOM_FIRST 16

/* The kernel's answer, as long as it has ever been. */
static struct {
    KnActorInfo *list;
    unsigned room;
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
                        struct epoch epoch)
{
    int row = table_row_of(member->info->firstAid, epoch);
    struct row_status status;

    if (row >= 0) {
        (void)row_read((unsigned)row, &status);
        pair(roster, member, row, &status);
    }
}

/* The supervisor died between the start of an actor and the note of its aid:
 * the actor is there, and so is a row without one that asked for it.  Which
 * of several equal rows it is makes no difference. */
static void pair_by_request(struct roster *roster, struct member *member)
{
    int row = table_row_next(member->info->group, -1);
    KnActorSpawn request;
    struct row_status status;

    if (hrSpawnInfo(member->info->aid, &request) < 0) {
        return;
    }
    for (; row >= 0; row = table_row_next(member->info->group, row)) {
        if (row_read((unsigned)row, &status) == ROW_ALIVE &&
            roster->aid_of_row[row] == 0 &&
            request_equal(&request, row_request((unsigned)row))) {
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

/* Makes room for count entries of so many bytes, of which none is kept.  NULL:
 * there is no memory. */
static void *room_make(void *array, unsigned *room, unsigned count,
                       size_t size)
{
    unsigned wanted = *room > 0 ? *room : ROOM_FIRST;

    while (wanted < count) {
        wanted *= 2;
    }
    if (wanted != *room) {
        free(array);
        array = malloc(wanted * size);
        *room = array ? wanted : 0;
    }
    return array;
}

static int list_ask(int group)
{
    size_t size = answer.room * sizeof(*answer.list);

    return group == ROSTER_ALL ? actorList(answer.list, size)
                               : hrMembers(group, answer.list, size);
}

/* The kernel's list of a group, or of all actors: whole, so that who is not in
 * it is not there. */
static int list_get(int group)
{
    int total = 0;

    do {
        answer.list = room_make(answer.list, &answer.room, (unsigned)total,
                                sizeof(*answer.list));
        if (!answer.list) {
            say("no memory for a list of %d actors", total);
            return K_ENOMEM;
        }
        total = list_ask(group);
    } while (total > (int)answer.room);
    if (total < 0) {
        say("no list of actors: %s", k_strerror(total));
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
    if (total < 0) {
        return false;
    }
    roster->members = room_make(roster->members, &roster->room,
                                (unsigned)total, sizeof(*roster->members));
    if (!roster->members) {
        return false;
    }
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
    return true;
}

bool roster_scan(struct roster *roster, int group, struct epoch epoch)
{
    if (!collect(roster, group)) {
        return false;
    }
    for (unsigned i = 0; i < roster->count; i++) {
        pair_by_aid(roster, &roster->members[i], epoch);
    }
    for (unsigned i = 0; i < roster->count; i++) {
        if (roster->members[i].row == ROSTER_NO_ROW) {
            pair_by_request(roster, &roster->members[i]);
        }
    }
    sort(roster);
    return true;
}
