/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Walking through the log of some work, crash by crash.  RAM always holds
 * what is surely in memory; the lines that are only in the cache are kept
 * aside, and put into RAM for the length of one visit.
 */
#include "crash.h"

#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "test.h"

#define LINE_WORDS (FAKE_LINE / 8)
#define DIRTY_MAX 4096u

/* A line with stores that may not be in memory yet. */
struct dirty {
    uint32_t offset;
    unsigned count; /* stores since it was clean */
    unsigned taken; /* how many of them this image has */
    struct {
        uint32_t offset;
        uint64_t word;
    } stores[64];
};

static struct {
    struct dirty dirty[DIRTY_MAX];
    unsigned count;
} crash;

/* ---- Logs --------------------------------------------------------------- */

struct crash_log crash_log_take(void)
{
    struct crash_log log;
    const struct fake_event *events = fake_cache_log(&log.count);

    log.events = malloc(log.count * sizeof(*events) + 1);
    if (log.count > 0)
        memcpy(log.events, events, log.count * sizeof(*events));
    fake_cache_forget();
    return log;
}

void crash_log_free(struct crash_log *log)
{
    free(log->events);
}

void crash_log_undo(const struct crash_log *log)
{
    for (size_t i = log->count; i-- > 0;) {
        if (log->events[i].kind == FAKE_STORE)
            fake_cache_set(log->events[i].offset, log->events[i].old);
    }
}

/* ---- Lines -------------------------------------------------------------- */

static struct dirty *dirty_find(uint32_t offset)
{
    for (unsigned i = 0; i < crash.count; i++) {
        if (crash.dirty[i].offset == offset)
            return &crash.dirty[i];
    }
    return NULL;
}

static struct dirty *dirty_store(const struct fake_event *event)
{
    uint32_t line = event->offset - event->offset % FAKE_LINE;
    struct dirty *dirty = dirty_find(line);

    if (dirty == NULL) {
        assert_true(crash.count < DIRTY_MAX);
        dirty = &crash.dirty[crash.count++];
        dirty->offset = line;
        dirty->count = 0;
    }
    assert_true(dirty->count < 64);
    dirty->stores[dirty->count].offset = event->offset;
    dirty->stores[dirty->count].word = event->new;
    dirty->count++;
    return dirty;
}

/* The line is in memory now. */
static void dirty_clean(uint32_t offset)
{
    struct dirty *dirty = dirty_find(offset);

    if (dirty == NULL)
        return;
    for (unsigned i = 0; i < dirty->count; i++)
        fake_cache_set(dirty->stores[i].offset, dirty->stores[i].word);
    *dirty = crash.dirty[--crash.count];
}

/* ---- Images ------------------------------------------------------------- */

/* Puts the taken stores of all dirty lines into RAM; saved gets what was
 * there, to be put back by image_unmake(). */
static void image_make(uint64_t (*saved)[LINE_WORDS])
{
    for (unsigned i = 0; i < crash.count; i++) {
        const struct dirty *dirty = &crash.dirty[i];

        fake_cache_get(dirty->offset, saved[i], sizeof(saved[i]));
        for (unsigned k = 0; k < dirty->taken; k++)
            fake_cache_set(dirty->stores[k].offset, dirty->stores[k].word);
    }
}

static void image_unmake(uint64_t (*saved)[LINE_WORDS])
{
    for (unsigned i = 0; i < crash.count; i++) {
        for (unsigned k = 0; k < LINE_WORDS; k++)
            fake_cache_set(crash.dirty[i].offset + 8 * k, saved[i][k]);
    }
}

/* The visit may walk itself, through another log: the lines are kept. */
static void image_visit(const struct crash_walk *walk, bool done)
{
    unsigned count = crash.count;
    size_t size = count * sizeof(struct dirty);
    uint64_t(*saved)[LINE_WORDS] = malloc(count * sizeof(*saved) + 1);
    struct dirty *kept = malloc(size + 1);

    image_make(saved);
    memcpy(kept, crash.dirty, size);
    crash.count = 0;
    walk->visit(walk->context, done);
    crash.count = count;
    memcpy(crash.dirty, kept, size);
    image_unmake(saved);
    free(saved);
    free(kept);
}

/* The next choice of how much of each line is taken, counting like a clock;
 * fixed, if not NULL, is left alone.  False: that was the last. */
static bool choice_next(const struct crash_walk *walk,
                        const struct dirty *fixed)
{
    for (unsigned i = 0; i < crash.count; i++) {
        struct dirty *dirty = &crash.dirty[i];

        if (dirty == fixed)
            continue;
        if (dirty->taken < dirty->count) {
            dirty->taken = walk->prefixes ? dirty->taken + 1 : dirty->count;
            return true;
        }
        dirty->taken = 0;
    }
    return false;
}

static uint64_t walk_exhaustive(const struct crash_walk *walk)
{
    return walk->exhaustive > 0 ? walk->exhaustive : CRASH_EXHAUSTIVE;
}

static uint64_t choice_count(const struct crash_walk *walk,
                             const struct dirty *fixed)
{
    uint64_t count = 1;

    for (unsigned i = 0; i < crash.count && count <= walk_exhaustive(walk);
         i++) {
        if (&crash.dirty[i] != fixed)
            count *= walk->prefixes ? crash.dirty[i].count + 1 : 2;
    }
    return count;
}

static void choice_random(const struct crash_walk *walk,
                          const struct dirty *fixed)
{
    for (unsigned i = 0; i < crash.count; i++) {
        struct dirty *dirty = &crash.dirty[i];
        unsigned choice = (unsigned)test_random_below(walk->random,
                                                      dirty->count + 3);

        if (dirty != fixed)
            dirty->taken = choice <= dirty->count ? choice : dirty->count;
    }
}

/* Visits the states of one point.  The newest line is fixed as it is: with
 * less of it, the states were those of an earlier point. */
static void point_visit(const struct crash_walk *walk, struct dirty *fixed,
                        bool done)
{
    unsigned samples = walk->samples;

    for (unsigned i = 0; i < crash.count; i++)
        crash.dirty[i].taken = 0;
    if (fixed != NULL)
        fixed->taken = fixed->count;
    if (choice_count(walk, fixed) <= walk_exhaustive(walk)) {
        do {
            image_visit(walk, done);
        } while (choice_next(walk, fixed));
        return;
    }
    while (samples-- > 0) {
        image_visit(walk, done);
        choice_random(walk, fixed);
    }
}

static bool event_is_point(const struct crash_walk *walk,
                           const struct fake_event *event)
{
    size_t metadata = walk->metadata > 0 ? walk->metadata : CRASH_METADATA;

    return event->offset < metadata || event->offset % 512 == 0;
}

void crash_walk(const struct crash_log *log, const struct crash_walk *walk)
{
    assert_int_equal(crash.count, 0);
    point_visit(walk, NULL, false);
    for (size_t i = 0; i < log->count; i++) {
        const struct fake_event *event = &log->events[i];

        if (event->kind == FAKE_CLEAN)
            dirty_clean(event->offset);
        else if (event_is_point(walk, event))
            point_visit(walk, dirty_store(event), false);
        else
            dirty_store(event);
    }
    point_visit(walk, NULL, true);
    while (crash.count > 0)
        dirty_clean(crash.dirty[0].offset);
}
