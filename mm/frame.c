/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The frames.  One word for each page between the lowest and the highest of
 * RAM: the next free frame, or why there is none.  The free list runs through
 * these words and never through the frames, so a stray store into free memory
 * cannot bend it, and a double free is seen at once.
 */
#include "mm/frame.h"

#include "boot/image.h"
#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/kspace.h"

#define FRAME_END 0xffffffffu  /* end of the free list */
#define FRAME_USED 0xfffffffeu /* allocated */
#define FRAME_NONE 0xfffffffdu /* not ours to give */

static struct {
    uint32_t *next;      /* one for each page from first_page on */
    uint64_t first_page; /* physical page number */
    uint32_t page_count;
    uint32_t free_head;
    uint32_t total, available;
} frames;

/* The range's first address from which size bytes touch no hole. */
static uint64_t skip_holes(uint64_t at, uint64_t size,
                           const struct frame_hole *holes, unsigned hole_count)
{
    bool moved = true;

    while (moved) {
        moved = false;
        for (unsigned i = 0; i < hole_count; i++) {
            uint64_t start = holes[i].start.raw;
            uint64_t end = page_up(start + holes[i].size);

            if (holes[i].size > 0 && at < end && start < at + size) {
                at = end;
                moved = true;
            }
        }
    }
    return at;
}

/* Finds room for the table itself, in RAM that the early map reaches. */
static uint64_t table_place(const struct boot_info *info, uint64_t size,
                            const struct frame_hole *holes, unsigned hole_count)
{
    for (unsigned i = 0; i < info->range_count; i++) {
        const struct boot_range *range = &info->ranges[i];
        uint64_t end = range->start.raw + range->size;
        uint64_t at = skip_holes(range->start.raw, size, holes, hole_count);

        if (at < end && end - at >= size)
            return at;
    }
    panic("no room for a table of %lu bytes for the frames", size);
}

static void range_add(const struct boot_range *range,
                      const struct frame_hole *holes, unsigned hole_count)
{
    uint64_t end = range->start.raw + range->size;
    uint64_t at = range->start.raw;

    while ((at = skip_holes(at, PAGE_SIZE, holes, hole_count)) < end) {
        frames.next[(at >> PAGE_SHIFT) - frames.first_page] = FRAME_USED;
        frames.total++;
        frame_free(paddr(at));
        at += PAGE_SIZE;
    }
}

/* Low frames come first, so that early allocations are in the early map. */
static void free_list_sort(void)
{
    frames.free_head = FRAME_END;
    for (uint32_t page = frames.page_count; page-- > 0;) {
        if (frames.next[page] == FRAME_NONE)
            continue;
        frames.next[page] = frames.free_head;
        frames.free_head = page;
    }
}

static void span_find(const struct boot_info *info, uint64_t *low,
                      uint64_t *high)
{
    *low = UINT64_MAX;
    *high = 0;
    for (unsigned i = 0; i < info->range_count; i++) {
        uint64_t start = info->ranges[i].start.raw;
        uint64_t end = start + info->ranges[i].size;

        *low = start < *low ? start : *low;
        *high = end > *high ? end : *high;
    }
}

void frame_init(const struct boot_info *info, const struct frame_hole *holes,
                unsigned hole_count)
{
    struct frame_hole all[8];
    uint64_t low, high, size, at;

    ASSERT(info->range_count > 0);
    ASSERT(hole_count < 8);
    span_find(info, &low, &high);
    size = page_up(((high - low) >> PAGE_SHIFT) * sizeof(uint32_t));
    at = table_place(info, size, holes, hole_count);
    frames.next = kspace_pointer(paddr(at));
    frames.first_page = low >> PAGE_SHIFT;
    frames.page_count = (uint32_t)((high - low) >> PAGE_SHIFT);
    for (uint32_t page = 0; page < frames.page_count; page++)
        frames.next[page] = FRAME_NONE;

    memcpy(all, holes, hole_count * sizeof(*holes));
    all[hole_count] = (struct frame_hole){paddr(at), size};
    for (unsigned i = 0; i < info->range_count; i++)
        range_add(&info->ranges[i], all, hole_count + 1);
    free_list_sort();
}

KnError frame_allocate(paddr_t *frame)
{
    uint32_t page = frames.free_head;

    if (page == FRAME_END)
        return K_ENOMEM;
    ASSERT(page < frames.page_count);
    frames.free_head = frames.next[page];
    frames.next[page] = FRAME_USED;
    frames.available--;
    *frame = paddr((frames.first_page + page) << PAGE_SHIFT);
    memset(kspace_pointer(*frame), 0, PAGE_SIZE);
    return K_OK;
}

void frame_free(paddr_t frame)
{
    uint64_t page = (frame.raw >> PAGE_SHIFT) - frames.first_page;

    ASSERT(page_aligned(frame.raw));
    ASSERT(page < frames.page_count);
    ASSERT(frames.next[page] == FRAME_USED);
    frames.next[page] = frames.free_head;
    frames.free_head = (uint32_t)page;
    frames.available++;
}

uint64_t frame_total(void)
{
    return frames.total;
}

uint64_t frame_available(void)
{
    return frames.available;
}
