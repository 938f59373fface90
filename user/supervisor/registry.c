/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Keeps the registry in step with the kernel's list of actors, and after a
 * restart of the site brings the list in step with the registry.
 */
#include <hr/hrCtrl.h>
#include <reprise.h>

#include "say.h"
#include "supervisor.h"

static void register_member(struct supervisor *supervisor,
                            struct member *member)
{
    struct row_status status = {
        .state = ROW_ALIVE,
        .aid = member->info->firstAid,
        .epoch = supervisor->epoch,
        .restarts = member->info->restarts,
    };
    KnActorSpawn request;

    if (hrSpawnInfo(member->info->aid, &request) < 0) {
        return; /* gone since the list was made */
    }
    member->row = table_add(&request, &status);
    if (member->row == ROSTER_NO_ROW) {
        say("%s (aid %d) is not registered, the registry is full: "
            "a restart of the site will lose it",
            member->info->name, member->info->aid);
        return;
    }
    supervisor->roster.aid_of_row[member->row] = member->info->aid;
}

/* Makes the row say what is true of its actor, if it does not already. */
static void refresh_row(struct supervisor *supervisor,
                        const struct member *member)
{
    const KnActorInfo *info = member->info;
    uint32_t state = info->state == HR_ACTOR_ENDED ? ROW_ENDED : ROW_ALIVE;
    unsigned row = (unsigned)member->row;
    struct row_status status;

    (void)row_read(row, &status);
    if (status.state == state && status.aid == info->firstAid &&
        status.restarts == info->restarts &&
        epoch_equal(status.epoch, supervisor->epoch)) {
        return;
    }
    if (status.state != ROW_ENDED && state == ROW_ENDED) {
        say("%s (aid %d, group %d) %s", info->name, info->aid, info->group,
            info->end == HR_END_KILL ? "killed with its group" : "ended");
    }
    status.state = state;
    status.aid = info->firstAid;
    status.epoch = supervisor->epoch;
    status.restarts = info->restarts;
    row_write(row, &status);
}

void registry_update(struct supervisor *supervisor)
{
    struct roster *roster = &supervisor->roster;

    for (unsigned i = 0; i < roster->count; i++) {
        struct member *member = &roster->members[i];

        if (member->row != ROSTER_NO_ROW) {
            refresh_row(supervisor, member);
        } else if (member->info->state != HR_ACTOR_ENDED) {
            register_member(supervisor, member);
        }
    }
}

/* An image that is no longer in the archive will not come back. */
static bool error_lasts(int error)
{
    return error == K_EUNKNOWN || error == K_ENOEXEC || error == K_EINVAL;
}

static void revive_row(struct supervisor *supervisor, unsigned row,
                       struct row_status *status, struct outcome *outcome)
{
    KnActorSpawn request = *row_request(row);
    int aid;

    request.flags |= K_SPAWN_RESTARTABLE | K_SPAWN_SITE;
    request.restarts = status->restarts + 1;
    aid = actorSpawn(&request);
    if (aid > 0) {
        status->aid = aid;
        status->epoch = supervisor->epoch;
        status->restarts = request.restarts;
        row_write(row, status);
        outcome->acted = true;
        return;
    }
    say("%s (group %d) does not come back: %s", request.path, request.group,
        k_strerror(aid));
    if (error_lasts(aid)) {
        row_clear(row);
    } else {
        outcome_wake(outcome, RETRY_MS);
    }
}

/* Rows without an actor, in order of registration. */
static struct {
    int rows[TABLE_ROWS];
    unsigned count;
} orphans;

static uint32_t order_of(int row)
{
    struct row_status status = {0};

    (void)row_read((unsigned)row, &status);
    return status.order;
}

/* Rows are mostly in order already. */
static void orphan_add(int row)
{
    unsigned at = orphans.count++;

    while (at > 0 && order_of(orphans.rows[at - 1]) > order_of(row)) {
        orphans.rows[at] = orphans.rows[at - 1];
        at--;
    }
    orphans.rows[at] = row;
}

static void orphans_find(const struct supervisor *supervisor)
{
    struct row_status status;

    orphans.count = 0;
    for (unsigned row = 0; row < table_rows(); row++) {
        if (supervisor->roster.aid_of_row[row] == 0 &&
            row_read(row, &status) == ROW_ALIVE) {
            orphan_add((int)row);
        }
    }
}

void registry_revive(struct supervisor *supervisor, struct outcome *outcome)
{
    struct row_status status;

    orphans_find(supervisor);
    for (unsigned i = 0; i < orphans.count; i++) {
        (void)row_read((unsigned)orphans.rows[i], &status);
        revive_row(supervisor, (unsigned)orphans.rows[i], &status, outcome);
    }
}
