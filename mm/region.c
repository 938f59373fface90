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
 *
 * A tree leads to a region by its address, and to a hole by its size: each
 * node tells the largest gap below it.
 */
#include "mm/region.h"

#include "mm/stock.h"

static struct {
    struct stock stock;
} regions;

#define REGION(link_) LIST_ENTRY(link_, struct region, link)
#define NODE(node_) AVL_ENTRY(node_, struct region, node)

static uint64_t region_end(const struct region *region)
{
    return region->start + region->size;
}

void region_init(unsigned count)
{
    stock_init(&regions.stock, sizeof(struct region), count);
}

static struct region *descriptor_take(const struct region_list *list,
                                      const struct region *like)
{
    struct region *region = stock_take(&regions.stock);

    *region = *like;
    list_init(&region->link);
    region->list = list;
    region->node = (struct avl_node){.height = 0};
    return region;
}

/* What is free between a region and the one before it. */
static uint64_t gap_before(const struct region_list *list,
                           const struct region *region)
{
    const struct link *prev = region->link.prev;

    return prev == &list->regions ? region->start
                                  : region->start - region_end(REGION(prev));
}

/* A region has come, gone, or has other ends: what is known of the gaps
 * around it.  NULL: there is none. */
static void gap_changed(struct region_list *list, struct region *region)
{
    if (region == NULL)
        return;
    region->gap = gap_before(list, region);
    avl_changed(&list->tree, &region->node);
}

static bool gap_update(struct avl_node *node)
{
    struct region *region = NODE(node);
    uint64_t before = region->gap_max, most = region->gap;

    for (unsigned side = 0; side < 2; side++) {
        if (node->child[side] != NULL &&
            NODE(node->child[side])->gap_max > most)
            most = NODE(node->child[side])->gap_max;
    }
    region->gap_max = most;
    return most != before;
}

/* Hangs a region into the tree behind all that begin before it. */
static void node_insert(struct region_list *list, struct region *region)
{
    struct avl_node *parent = NULL, *at = list->tree.root;
    unsigned side = 0;

    while (at != NULL) {
        parent = at;
        side = NODE(at)->start < region->start;
        at = at->child[side];
    }
    avl_insert(&list->tree, parent, side, &region->node);
}

static void descriptor_give(struct region_list *list, struct region *region)
{
    struct region *next = region_next(list, region);

    region->list = NULL;
    list_remove(&region->link);
    avl_remove(&list->tree, &region->node);
    gap_changed(list, next);
    stock_give(&regions.stock, region);
    list->count--;
}

void region_list_init(struct region_list *list)
{
    list_init(&list->regions);
    list->tree = (struct avl){.update = gap_update};
    for (unsigned i = 0; i < REGION_HINTS; i++)
        list->hints[i] = NULL;
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
    struct region *found = region_hinted(list, address);
    struct avl_node *at = list->tree.root;

    if (found != NULL)
        return found;
    while (at != NULL) {
        bool ends_above = region_end(NODE(at)) > address;

        found = ends_above ? NODE(at) : found;
        at = at->child[!ends_above];
    }
    /* To remember an answer is no change that anybody could see. */
    ((struct region_list *)list)->hints[region_hint(address)] = found;
    return found;
}

bool region_overlaps(const struct region_list *list, uint64_t start,
                     uint64_t size)
{
    const struct region *region = region_from(list, start);

    return region != NULL && region->start < start + size;
}

/* The highest region that begins below high and has a gap of size bytes in
 * front of it, or NULL. */
static const struct region *hole_below(const struct avl_node *node,
                                       uint64_t high, uint64_t size)
{
    const struct region *found = NULL;

    if (node == NULL || NODE(node)->gap_max < size)
        return NULL;
    if (NODE(node)->start >= high)
        return hole_below(node->child[0], high, size);
    found = hole_below(node->child[1], high, size);
    if (found != NULL)
        return found;
    if (NODE(node)->gap >= size)
        return NODE(node);
    return hole_below(node->child[0], high, size);
}

/* Where the last region that begins below address ends. */
static uint64_t end_below(const struct region_list *list, uint64_t address)
{
    const struct avl_node *at = list->tree.root;
    uint64_t end = 0;

    while (at != NULL) {
        bool below = NODE(at)->start < address;

        end = below ? region_end(NODE(at)) : end;
        at = at->child[below];
    }
    return end;
}

KnError region_find_hole(const struct region_list *list, uint64_t low,
                         uint64_t high, uint64_t size, uint64_t *start)
{
    uint64_t top = high, end = end_below(list, high);

    if (end > top || top - end < size) {
        const struct region *above = hole_below(list->tree.root, high, size);

        top = above != NULL ? above->start : 0;
    }
    if (top < low || top - low < size)
        return K_ENOMEM;
    *start = top - size;
    return K_OK;
}

/* True if b goes on where a ends, and nothing tells them apart. */
static bool region_joins(const struct region *a, const struct region *b)
{
    return region_end(a) == b->start && a->options == b->options &&
           a->kind == b->kind && a->opaque1 == b->opaque1 &&
           a->opaque2 == b->opaque2;
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
    struct region *region = descriptor_take(list, like);

    ASSERT(page_aligned(like->start | like->size));
    ASSERT(like->size > 0);
    ASSERT(next == NULL || next->start >= region_end(like));
    list_insert_before(next ? &next->link : &list->regions, &region->link);
    region->gap = gap_before(list, region);
    node_insert(list, region);
    gap_changed(list, next);
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
    struct region *upper = descriptor_take(list, region);

    upper->start = at;
    upper->size = region_end(region) - at;
    region->size = at - region->start;
    list_insert_before(region->link.next, &upper->link);
    upper->gap = gap_before(list, upper);
    node_insert(list, upper);
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
            gap_changed(list, region_next(list, region));
            return;
        }
        if (region->start < start) {
            region->size = start - region->start;
            gap_changed(list, next);
        } else if (region_end(region) > end) {
            region->size = region_end(region) - end;
            region->start = end;
            gap_changed(list, region);
        } else {
            descriptor_give(list, region);
        }
        region = next;
    }
}

unsigned region_available(void)
{
    return stock_available(&regions.stock);
}
