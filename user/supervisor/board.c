/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The board; board.h says what it is.  All stores go through store_word().
 */
#include "board.h"

#include <string.h>

#include "policy.h"
#include "store.h"

_Static_assert(sizeof(HrHistoryCopy) == 48, "a stable layout, no holes");
_Static_assert(sizeof(HrCrashCopy) == 144, "a stable layout, no holes");

static struct {
    HrHistory history[HR_GROUPS_MAX];
    int newest[HR_GROUPS_MAX]; /* of its two copies; -1: none is whole */
    struct epoch epoch;
} boards;

static void store(void *to, const void *from, size_t size)
{
    volatile uint32_t *word = to;

    for (size_t i = 0; i < size / sizeof(uint32_t); i++) {
        uint32_t value;

        memcpy(&value, (const char *)from + i * sizeof(value), sizeof(value));
        store_word(&word[i], value);
    }
}

static HrHistory history_read(const HrBoard *board, int group)
{
    int newest = boards.newest[group];
    HrHistory history = {0};

    if (newest >= 0) {
        history = board->groups[group][newest].history;
    }
    if (history.boots != boards.epoch.boots ||
        history.siteRestarts != boards.epoch.site_restarts) {
        policy_new_clock(&history);
        history.crash = 0;
    }
    return history;
}

void board_open(HrBoard *board, struct epoch epoch)
{
    boards.epoch = epoch;
    for (int group = 0; group < HR_GROUPS_MAX; group++) {
        boards.newest[group] = hr_board_newest(board->groups[group]);
        boards.history[group] = history_read(board, group);
    }
}

void board_policy_write(HrBoard *board, const HrPolicy *policy)
{
    store(&board->policy, policy, sizeof(*policy));
}

const HrHistory *board_history(int group)
{
    return &boards.history[group];
}

void board_history_write(HrBoard *board, int group, const HrHistory *history)
{
    HrHistoryCopy *copies = board->groups[group];
    int newest = boards.newest[group];
    HrHistoryCopy *older = &copies[newest == 0];
    HrHistoryCopy next = {
        .sequence = newest < 0 ? 1 : copies[newest].sequence + 1,
        .history = *history,
    };
    size_t body = sizeof(next) - sizeof(next.check);

    next.history.boots = boards.epoch.boots;
    next.history.siteRestarts = boards.epoch.site_restarts;
    store_word(&older->check, 0);
    store(&older->sequence, &next.sequence, body);
    store_word(&older->check, hr_board_check(&next.sequence, body));
    boards.newest[group] = newest == 0;
    boards.history[group] = next.history;
}

static bool crash_whole(const HrCrashCopy *copy)
{
    return copy->check == hr_board_check(&copy->sequence,
                                         sizeof(*copy) - sizeof(copy->check));
}

/* The newest crash, or NULL. */
static const HrCrashCopy *crash_newest(const HrBoard *board)
{
    const HrCrashCopy *newest = NULL;

    for (unsigned i = 0; i < HR_CRASHES; i++) {
        const HrCrashCopy *copy = &board->crashes[i];

        if (crash_whole(copy) &&
            (!newest || (int32_t)(copy->sequence - newest->sequence) > 0)) {
            newest = copy;
        }
    }
    return newest;
}

/* The life of the site in which it was, if it is not this one the last. */
static unsigned crash_life(const KnCrash *crash)
{
    return boards.epoch.site_restarts - (crash->earlier ? 1 : 0);
}

/* An aid is never used twice in one life of the site. */
static bool crash_noted(const HrBoard *board, const KnCrash *told)
{
    for (unsigned i = 0; i < HR_CRASHES; i++) {
        const HrCrash *crash = &board->crashes[i].crash;

        if (crash_whole(&board->crashes[i]) && crash->aid == told->aid &&
            crash->boots == boards.epoch.boots &&
            crash->siteRestarts == crash_life(told)) {
            return true;
        }
    }
    return false;
}

void board_crash_note(HrBoard *board, const KnCrash *crash)
{
    const HrCrashCopy *newest = crash_newest(board);
    HrCrashCopy next = {
        .sequence = newest ? newest->sequence + 1 : 1,
        .crash = {
            .aid = crash->aid,
            .group = crash->group,
            .restarts = crash->restarts,
            .end = crash->end,
            .boots = boards.epoch.boots,
            .siteRestarts = crash_life(crash),
            .atMs = crash->atMs,
        },
    };
    HrCrashCopy *copy = &board->crashes[next.sequence % HR_CRASHES];
    size_t body = sizeof(next) - sizeof(next.check);

    if (crash_noted(board, crash)) {
        return;
    }
    memcpy(next.crash.name, crash->name, sizeof(next.crash.name));
    memcpy(next.crash.why, crash->why, sizeof(next.crash.why));
    store_word(&copy->check, 0);
    store(&copy->sequence, &next.sequence, body);
    store_word(&copy->check, hr_board_check(&next.sequence, body));
}
