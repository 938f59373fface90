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
    struct boot_lives lives[ACTORS_MAX]; /* of the last kernel's actors */
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

static void lives_keep(struct boot_untold *record)
{
    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        if (at->role != ACTOR_RESTARTABLE || at->restarts == 0)
            continue;
        record->lives[record->lives_count++] =
            (struct boot_lives){who(&at->spawn), at->restarts};
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
    for (unsigned i = 0; i < record->lives_count && i < ACTORS_MAX; i++)
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
