/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Two things are the supervisor's to write down, and both wait for it
 * for a moment: the crashes that it has not fetched, and how often a member of
 * a group was started again.  Both are put into the boot record on the way
 * down.  The kernel that does so may be damaged, so only numbers, and words
 * that are made already, are handed on: nothing that the next one follows.
 *
 * A member is known by what it was started with, as in the registry: its
 * number is not used again.  Members that are all the same have as many counts,
 * and take one each.
 *
 * The counts that the supervisor has not written down are those of the lives
 * that have begun last: as many as there is room for are kept.
 */
#include "kernel/untold.h"

#include "boot/boot_info.h"
#include "kernel/actor.h"
#include "kernel/crashlog.h"
#include "kernel/string.h"

static struct {
    bool kept;
    struct boot_untold record; /* made here: the boot record stays whole */
    unsigned count;
    uint64_t since_ns[BOOT_LIVES_MAX]; /* when the lives of .record began */
    struct boot_lives lives[BOOT_LIVES_MAX]; /* of the last kernel's actors */
} untold;

/* Never 0.  The arguments of an indirect member are its parent's choice. */
static uint32_t who(const KnActorSpawn *spawn)
{
    size_t size = spawn->argsSize < K_ARGSMAX ? spawn->argsSize : K_ARGSMAX;
    uint64_t hash = (uint64_t)spawn->group;

    if (spawn->flags & K_SPAWN_INDIRECT)
        hash = hash_words(spawn->base,
                          strnlen(spawn->base, sizeof(spawn->base)), hash);
    else
        hash = hash_words(spawn->args, size,
                          hash_words(spawn->path,
                                     strnlen(spawn->path, sizeof(spawn->path)),
                                     hash));
    return (uint32_t)hash | 1;
}

static void crashes_keep(struct boot_untold *record)
{
    unsigned since = crashlog_told();

    while (record->crash_count < BOOT_CRASHES_MAX &&
           crashlog_next(since, &record->crashes[record->crash_count])) {
        since = record->crashes[record->crash_count].sequence;
        record->crash_count++;
    }
}

/* A place that is free, or else that of the life that began first. */
static unsigned place_for(struct boot_untold *record)
{
    unsigned first = 0;

    if (record->lives_count < BOOT_LIVES_MAX) {
        untold.since_ns[record->lives_count] = 0;
        return record->lives_count++;
    }
    for (unsigned i = 1; i < BOOT_LIVES_MAX; i++) {
        if (untold.since_ns[i] < untold.since_ns[first])
            first = i;
    }
    return first;
}

static void life_keep(struct boot_untold *record, const struct actor *actor)
{
    unsigned place = place_for(record);

    if (actor->life_start_ns < untold.since_ns[place])
        return;
    untold.since_ns[place] = actor->life_start_ns;
    record->lives[place] =
        (struct boot_lives){who(&actor->spawn), actor->restarts};
}

static void lives_keep(struct boot_untold *record)
{
    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        if (at->role == ACTOR_RESTARTABLE && at->restarts > 0)
            life_keep(record, at);
    }
}

void untold_keep(void)
{
    if (untold.kept)
        return;
    untold.kept = true;
    lives_keep(&untold.record);
    crashes_keep(&untold.record);
    boot_info.untold = untold.record;
}

void untold_take(void)
{
    struct boot_untold *record = &boot_info.untold;

    if (record->crash_count == 0 && record->lives_count == 0)
        return;
    for (unsigned i = 0; i < record->crash_count && i < BOOT_CRASHES_MAX; i++)
        crashlog_take(&record->crashes[i]);
    for (unsigned i = 0; i < record->lives_count && i < BOOT_LIVES_MAX; i++)
        untold.lives[untold.count++] = record->lives[i];
    record->crash_count = record->lives_count = 0;
    boot_info_seal();
}

unsigned untold_restarts(const KnActorSpawn *spawn)
{
    uint32_t wanted = who(spawn);

    for (unsigned i = 0; i < untold.count; i++) {
        struct boot_lives *lives = &untold.lives[i];

        if (lives->who != wanted)
            continue;
        lives->who = 0; /* another one like it takes the next */
        if (lives->restarts < spawn->restarts)
            break;
        return lives->restarts + 1;
    }
    return spawn->restarts;
}
