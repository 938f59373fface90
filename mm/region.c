/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Regions never overlap and are kept in order of address.  Adding
 * one joins it with a neighbour that touches it and has the same attributes
 * and opaque values, so that the list tells what memory there is and not how
 * it was asked for.  Removing a range knows nothing of how it was added:
 *
 *      [-------A-------]   [--B--]        before
 *              xxxxxxxxxxxxxx             removed
 *      [---A---]            [-B--]        after
 *
 * and a range inside one region leaves two, which takes a descriptor more.
 */
#include "mm/region.h"

#include "kernel/config.h"

static struct {
    struct region all[REGIONS_MAX];
    struct link free;
    unsigned available;
} pool;

#define REGION(link_) LIST_ENTRY(link_, struct region, link)

static uint64_t region_end(const struct region *region)
{
    return region->start + region->size;
}

void region_init(void)
{
    list_init(&pool.free);
    pool.available = 0;
    for (unsigned i = 0; i < REGIONS_MAX; i++) {
        list_init(&pool.all[i].link);
        list_append(&pool.free, &pool.all[i].link);
        pool.available++;
    }
}

static struct region *descriptor_take(const struct region *like)
{
    ASSERT(!list_empty(&pool.free));
    struct region *region = REGION(pool.free.next);

    list_remove(&region->link);
    pool.available--;
    *region = *like;
    list_init(&region->link);
    return region;
}

static void descriptor_give(struct region_list *list, struct region *region)
{
    list_remove(&region->link);
    list_append(&pool.free, &region->link);
    pool.available++;
    list->count--;
}

void region_list_init(struct region_list *list)
{
    list_init(&list->regions);
    list->count = 0;
}

struct region *region_next(const struct region_list *list,
                           const struct region *region)
{
    return region->link.next == &list->regions ? NULL
                                               : REGION(region->link.next);
}

struct region *region_from(const struct region_list *list, uint64_t address)
{
    for (struct link *at = list->regions.next; at != &list->regions;
         at = at->next) {
        if (region_end(REGION(at)) > address)
            return REGION(at);
    }
    return NULL;
}

bool region_overlaps(const struct region_list *list, uint64_t start,
                     uint64_t size)
{
    const struct region *region = region_from(list, start);

    return region != NULL && region->start < start + size;
}

KnError region_find_hole(const struct region_list *list, uint64_t low,
                         uint64_t high, uint64_t size, uint64_t *start)
{
    uint64_t top = high;

    for (struct link *at = list->regions.prev; at != &list->regions;
         at = at->prev) {
        const struct region *region = REGION(at);

        if (region->start >= top)
            continue;
        if (region_end(region) <= top && top - region_end(region) >= size)
            break;
        top = region->start;
    }
    if (top < low || top - low < size)
        return K_ENOMEM;
    *start = top - size;
    return K_OK;
}

bool region_can_add(const struct region_list *list, unsigned count)
{
    return pool.available >= count &&
           list->count + count <= REGIONS_PER_ACTOR_MAX;
}

/* True if b goes on where a ends, and nothing tells them apart. */
static bool region_joins(const struct region *a, const struct region *b)
{
    return region_end(a) == b->start && a->options == b->options &&
           a->kind == b->kind && a->opaque1 == b->opaque1 &&
           a->opaque2 == b->opaque2 && a->kind != K_RGN_BLOCK;
}

static void join_next(struct region_list *list, struct region *region)
{
    struct region *next = region_next(list, region);

    if (next == NULL || !region_joins(region, next))
        return;
    region->size += next->size;
    descriptor_give(list, next);
}

void region_add(struct region_list *list, const struct region *like)
{
    struct region *next = region_from(list, like->start);
    struct region *region = descriptor_take(like);

    ASSERT(page_aligned(like->start | like->size));
    ASSERT(like->size > 0);
    ASSERT(next == NULL || next->start >= region_end(like));
    list_insert_before(next ? &next->link : &list->regions, &region->link);
    list->count++;
    join_next(list, region);
    if (region->link.prev != &list->regions)
        join_next(list, REGION(region->link.prev));
}

unsigned region_remove_cost(const struct region_list *list, uint64_t start,
                            uint64_t size)
{
    const struct region *region = region_from(list, start);

    return region != NULL && region->start < start &&
           region_end(region) > start + size;
}

/* A hole in the middle: what is above it becomes a region of its own. */
static void region_split(struct region_list *list, struct region *region,
                         uint64_t at)
{
    struct region *upper = descriptor_take(region);

    upper->start = at;
    upper->size = region_end(region) - at;
    region->size = at - region->start;
    list_insert_before(region->link.next, &upper->link);
    list->count++;
}

void region_remove(struct region_list *list, uint64_t start, uint64_t size)
{
    uint64_t end = start + size;
    struct region *region = region_from(list, start);

    while (region != NULL && region->start < end) {
        struct region *next = region_next(list, region);

        if (region->start < start && region_end(region) > end) {
            region_split(list, region, end);
            region->size = start - region->start;
            return;
        }
        if (region->start < start) {
            region->size = start - region->start;
        } else if (region_end(region) > end) {
            region->size = region_end(region) - end;
            region->start = end;
        } else {
            descriptor_give(list, region);
        }
        region = next;
    }
}

unsigned region_available(void)
{
    return pool.available;
}
