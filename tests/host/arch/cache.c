/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The cache of the fake machine.  What the code under test stores is in RAM
 * at once, as the processor sees it; what a crash would leave of it is worked
 * out later from the log (tests/cut/crash.c).
 */
#include <stdlib.h>
#include <string.h>

#include "fake.h"

static struct {
    uint8_t *start;
    size_t size;
    uint8_t *seen; /* the range as it was when last looked at */
    struct fake_event *log;
    size_t count, room;
} cache;

void fake_cache_watch(void *start, size_t size)
{
    free(cache.seen);
    cache.start = start;
    cache.size = size;
    cache.seen = size > 0 ? malloc(size) : NULL;
    fake_cache_reset();
}

void fake_cache_reset(void)
{
    cache.count = 0;
    if (cache.size > 0)
        memcpy(cache.seen, cache.start, cache.size);
}

void fake_cache_forget(void)
{
    cache.count = 0;
}

void fake_cache_set(uint32_t offset, uint64_t word)
{
    memcpy(cache.start + offset, &word, sizeof(word));
    memcpy(cache.seen + offset, &word, sizeof(word));
}

void fake_cache_get(uint32_t offset, void *to, size_t size)
{
    memcpy(to, cache.start + offset, size);
}

const struct fake_event *fake_cache_log(size_t *count)
{
    *count = cache.count;
    return cache.log;
}

static void event_add(struct fake_event event)
{
    if (cache.count == cache.room) {
        cache.room = cache.room * 2 + 1024;
        cache.log = realloc(cache.log, cache.room * sizeof(event));
    }
    if (cache.log == NULL)
        abort();
    cache.log[cache.count++] = event;
}

/* The part of [start, start + size) that is watched, in whole lines, as
 * offsets.  False: none of it. */
static bool range_clip(const void *start, size_t size, size_t *from, size_t *to)
{
    uintptr_t low = (uintptr_t)start, base = (uintptr_t)cache.start;

    if (cache.size == 0 || low + size <= base || low >= base + cache.size)
        return false;
    *from = low > base ? low - base : 0;
    *from -= *from % FAKE_LINE;
    *to = low + size - base;
    *to += (FAKE_LINE - *to % FAKE_LINE) % FAKE_LINE;
    if (*to > cache.size)
        *to = cache.size;
    return true;
}

void fake_cache_notice(const void *start, size_t size)
{
    size_t from, to;

    if (!range_clip(start, size, &from, &to) ||
        memcmp(cache.start + from, cache.seen + from, to - from) == 0)
        return;
    for (size_t at = from; at < to; at += sizeof(uint64_t)) {
        struct fake_event event = {FAKE_STORE, (uint32_t)at, 0, 0};

        memcpy(&event.old, cache.seen + at, sizeof(event.old));
        memcpy(&event.new, cache.start + at, sizeof(event.new));
        if (event.old != event.new)
            event_add(event);
    }
    memcpy(cache.seen + from, cache.start + from, to - from);
}

bool fake_cache_unchanged(const void *start, size_t size)
{
    size_t from, to;

    return !range_clip(start, size, &from, &to) ||
           memcmp(cache.start + from, cache.seen + from, to - from) == 0;
}

void arch_cache_clean(const void *start, size_t size)
{
    size_t from, to;

    fake_cache_notice(start, size);
    if (!range_clip(start, size, &from, &to))
        return;
    for (size_t at = from; at < to; at += FAKE_LINE)
        event_add((struct fake_event){FAKE_CLEAN, (uint32_t)at, 0, 0});
}

void arch_page_zero(void *page)
{
    memset(page, 0, K_PAGE_SIZE);
}

/* What lies before offset is not to be counted on. */
void arch_page_zero_from(void *page, size_t offset)
{
    size_t from = offset & ~(size_t)2047;

    memset((char *)page + from, 0, K_PAGE_SIZE - from);
}

void arch_page_zero_out(void *page)
{
    arch_page_zero(page);
    arch_cache_clean(page, K_PAGE_SIZE);
}
