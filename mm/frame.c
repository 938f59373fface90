/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The frames.  Those that were never given out are not listed at all: a cursor
 * walks up through RAM, and so a start costs the same however much there is.
 * Those that came back are in a list that runs through a table of one word
 * for each page, never through the frames, so that a stray store into free
 * memory cannot bend it, and a double free is seen at once.
 *
 * Nor does anybody fill the table: a word of it means something from the moment
 * on that its frame is given out, which is when the cursor has passed.  What is
 * in it before, or of what is no frame, is whatever RAM held; a frame's own
 * number in the word of a used one says that it is not that.
 */
#include "mm/frame.h"

#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/kspace.h"

#define FRAME_USED 0x80000000u /* given out: and its own number */
#define FRAME_END 0x7fffffffu  /* free, the last of the list */
/* Else free: the number of the next in the list. */

#define HOLES_MAX 8

static struct {
    uint32_t *table;     /* one word for each page from first_page on */
    uint64_t first_page; /* physical page number */
    uint64_t page_count;
    uint32_t free_head; /* as in the table */
    uint64_t total, available;
    const struct boot_info *info;
    struct frame_hole holes[HOLES_MAX];
    unsigned hole_count;
    uint64_t cursor, cursor_end; /* fresh: this run of them, and all above */
} frames;

static uint64_t hole_end(const struct frame_hole *hole)
{
    return hole->start.raw + hole->size;
}

/* Makes [*low, *high) larger by a hole that it touches and takes that from the
 * list; false: it touches none. */
static bool hole_absorb(uint64_t *low, uint64_t *high)
{
    for (unsigned i = 0; i < frames.hole_count; i++) {
        struct frame_hole *hole = &frames.holes[i];

        if (*low > hole_end(hole) || hole->start.raw > *high)
            continue;
        *low = *low < hole->start.raw ? *low : hole->start.raw;
        *high = *high > hole_end(hole) ? *high : hole_end(hole);
        *hole = frames.holes[--frames.hole_count];
        return true;
    }
    return false;
}

/* Keeps a hole as the whole pages that it touches.  Holes may overlap, since
 * GRUB puts the archive where the image has a gap; those in the list never
 * do, and so each page is counted once. */
static void hole_add(paddr_t start, uint64_t size)
{
    uint64_t low = page_down(start.raw), high = page_up(start.raw + size);

    if (size == 0)
        return;
    while (hole_absorb(&low, &high))
        continue;
    ASSERT(frames.hole_count < HOLES_MAX);
    frames.holes[frames.hole_count++] =
        (struct frame_hole){paddr(low), high - low};
}

/* The first address from at on where size bytes touch no hole. */
static uint64_t skip_holes(uint64_t at, uint64_t size)
{
    for (unsigned i = 0; i < frames.hole_count; i++) {
        const struct frame_hole *hole = &frames.holes[i];

        if (at < hole_end(hole) && hole->start.raw < at + size)
            return skip_holes(hole_end(hole), size);
    }
    return at;
}

static uint64_t range_end(const struct boot_range *range)
{
    return range->start.raw + range->size;
}

/* Finds room for the table itself. */
static uint64_t table_place(uint64_t size)
{
    for (unsigned i = 0; i < frames.info->range_count; i++) {
        const struct boot_range *range = &frames.info->ranges[i];
        uint64_t at = skip_holes(range->start.raw, size);

        if (at < range_end(range) && range_end(range) - at >= size)
            return at;
    }
    panic("no room for a table of %lu bytes for the frames", size);
}

static uint64_t overlap(const struct boot_range *range,
                        const struct frame_hole *hole)
{
    uint64_t start = hole->start.raw, end = hole_end(hole);

    start = start > range->start.raw ? start : range->start.raw;
    end = end < range_end(range) ? end : range_end(range);
    return end > start ? end - start : 0;
}

static void frames_count(void)
{
    uint64_t size = 0;

    for (unsigned i = 0; i < frames.info->range_count; i++) {
        const struct boot_range *range = &frames.info->ranges[i];

        size += range->size;
        for (unsigned j = 0; j < frames.hole_count; j++)
            size -= overlap(range, &frames.holes[j]);
    }
    frames.total = frames.available = size >> PAGE_SHIFT;
}

static void span_find(uint64_t *low, uint64_t *high)
{
    *low = UINT64_MAX;
    *high = 0;
    for (unsigned i = 0; i < frames.info->range_count; i++) {
        const struct boot_range *range = &frames.info->ranges[i];

        *low = range->start.raw < *low ? range->start.raw : *low;
        *high = range_end(range) > *high ? range_end(range) : *high;
    }
}

void frame_init(const struct boot_info *info, const struct frame_hole *holes,
                unsigned hole_count)
{
    uint64_t low, high, size, at;

    ASSERT(info->range_count > 0);
    frames.info = info;
    frames.hole_count = 0;
    for (unsigned i = 0; i < hole_count; i++)
        hole_add(holes[i].start, holes[i].size);
    span_find(&low, &high);
    frames.first_page = low >> PAGE_SHIFT;
    frames.page_count = (high - low) >> PAGE_SHIFT;
    ASSERT(frames.page_count < FRAME_END);

    size = page_up(frames.page_count * sizeof(*frames.table));
    at = table_place(size);
    hole_add(paddr(at), size);
    frames.table = kspace_pointer(paddr(at));
    frames.free_head = FRAME_END;
    frames.cursor = frames.cursor_end = 0;
    frames_count();
}

static uint32_t number_of(paddr_t frame)
{
    uint64_t number = (frame.raw >> PAGE_SHIFT) - frames.first_page;

    ASSERT(page_aligned(frame.raw));
    ASSERT(number < frames.page_count);
    return (uint32_t)number;
}

static paddr_t frame_of(uint32_t number)
{
    return paddr((frames.first_page + number) << PAGE_SHIFT);
}

/* The first page of RAM at or above at, a page's address; UINT64_MAX: there
 * is none. */
static uint64_t ram_from(uint64_t at)
{
    uint64_t found = UINT64_MAX;

    for (unsigned i = 0; i < frames.info->range_count; i++) {
        const struct boot_range *range = &frames.info->ranges[i];
        uint64_t page = at > range->start.raw ? at : range->start.raw;

        if (page < range_end(range) && page < found)
            found = page;
    }
    return found;
}

/* The same, of RAM that lies in no hole. */
static uint64_t frame_from(uint64_t at)
{
    uint64_t page = ram_from(at);

    while (page != UINT64_MAX && skip_holes(page, PAGE_SIZE) != page)
        page = ram_from(skip_holes(page, PAGE_SIZE));
    return page;
}

/* The end of what lies in one piece from a frame on: of its RAM, or where the
 * next hole begins. */
static uint64_t run_end(uint64_t frame)
{
    uint64_t end = UINT64_MAX;

    for (unsigned i = 0; i < frames.info->range_count; i++) {
        const struct boot_range *range = &frames.info->ranges[i];

        if (frame - range->start.raw < range->size)
            end = range_end(range);
    }
    for (unsigned i = 0; i < frames.hole_count; i++) {
        uint64_t hole = frames.holes[i].start.raw;

        if (frame < hole && hole < end)
            end = hole;
    }
    return page_down(end);
}

/* Takes the next fresh frame; there is one. */
static paddr_t fresh_take(void)
{
    uint64_t at = frames.cursor;

    if (at == frames.cursor_end) {
        at = frame_from(at);
        ASSERT(at != UINT64_MAX);
        frames.cursor_end = run_end(at);
    }
    frames.cursor = at + PAGE_SIZE;
    return paddr(at);
}

static paddr_t listed_take(void)
{
    paddr_t frame = frame_of(frames.free_head);

    frames.free_head = frames.table[frames.free_head];
    return frame;
}

KnError frame_allocate(paddr_t *frame)
{
    uint32_t number;

    if (frames.available == 0)
        return K_ENOMEM;
    *frame = frames.free_head == FRAME_END ? fresh_take() : listed_take();
    number = number_of(*frame);
    frames.table[number] = FRAME_USED | number;
    frames.available--;
    arch_page_zero(kspace_pointer(*frame));
    return K_OK;
}

void frame_free(paddr_t frame)
{
    uint32_t number = number_of(frame);
    uint32_t *entry = &frames.table[number];

    ASSERT(frame.raw < frames.cursor);
    ASSERT(*entry == (FRAME_USED | number));
    *entry = frames.free_head;
    frames.free_head = number;
    frames.available++;
}

/* Where the first piece of fresh RAM of so many bytes begins; UINT64_MAX: there
 * is none. */
static uint64_t fresh_find(uint64_t size)
{
    uint64_t at = frame_from(frames.cursor);

    while (at != UINT64_MAX && run_end(at) - at < size)
        at = frame_from(run_end(at));
    return at;
}

/* Moves the cursor on to a place; what it passes is in the list. */
static void fresh_pass(uint64_t place)
{
    for (uint64_t at = frame_from(frames.cursor); at < place;
         at = frame_from(at + PAGE_SIZE)) {
        uint32_t number = number_of(paddr(at));

        frames.table[number] = frames.free_head;
        frames.free_head = number;
    }
    frames.cursor = place;
    frames.cursor_end = run_end(place);
}

KnError frame_allocate_run(uint64_t count, paddr_t *start)
{
    uint64_t size = count << PAGE_SHIFT, place = fresh_find(size);

    ASSERT(count > 0);
    if (place == UINT64_MAX)
        return K_ENOMEM;
    fresh_pass(place);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t number = number_of(paddr(place)) + (uint32_t)i;

        frames.table[number] = FRAME_USED | number;
    }
    frames.cursor += size;
    frames.available -= count;
    *start = paddr(place);
    return K_OK;
}

static bool frame_is(uint64_t frame, enum frame_state state)
{
    bool fresh = frame >= frames.cursor;

    if (fresh || state == FRAMES_FRESH)
        return fresh;
    return (frames.table[number_of(paddr(frame))] & FRAME_USED) == 0;
}

struct frame_run frame_find(paddr_t from, uint64_t size_max,
                            enum frame_state state)
{
    bool wraps = from.raw > UINT64_MAX - PAGE_MASK;
    uint64_t start = wraps ? UINT64_MAX : frame_from(page_up(from.raw)), end;

    while (start != UINT64_MAX && !frame_is(start, state))
        start = frame_from(start + PAGE_SIZE);
    if (start == UINT64_MAX)
        return (struct frame_run){.size = 0};
    end = start + PAGE_SIZE;
    while (end - start < size_max && frame_from(end) == end &&
           frame_is(end, state))
        end += PAGE_SIZE;
    return (struct frame_run){paddr(start), end - start};
}

uint64_t frame_total(void)
{
    return frames.total;
}

uint64_t frame_available(void)
{
    return frames.available;
}
