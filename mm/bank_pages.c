/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Which pages of the bank are taken, in ordinary RAM: the blocks in
 * the order of their places, and the runs of free pages between them.
 *
 *      first                                             total
 *        |   run   [--block--][-block-]  run  [-block-]  run  |
 *
 * A tree leads to a run by a page, and to the lowest run of a size: each node
 * tells the longest run below it.  So what a block costs depends neither on
 * how many there are nor on the size of the bank; and mostly a block is cut
 * off a run, or joins one, and the tree stays as it is.
 *
 * It is all derived from the directory at each start and so cannot disagree
 * with it after a crash.
 */
#include "kernel/assert.h"
#include "kernel/avl.h"
#include "kernel/list.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

struct place {
    struct link link; /* its neighbours; of a slot without pages: none */
    unsigned first, count;
};

struct run {
    struct avl_node node;
    unsigned first, count;
    unsigned longest;     /* of it and all below it, in pages */
    struct place *behind; /* the block that ends it */
};

static struct {
    struct place *blocks; /* by slot */
    unsigned known;       /* of them, the others mean nothing yet */
    struct place end;     /* of the bank */
    struct link order;
    struct run *runs;
    unsigned made;         /* of them, that were in the tree at any time */
    struct avl_node spare; /* .parent is the first that is no longer */
    struct avl tree;
    unsigned capacity;
    unsigned first, total; /* pages that blocks may have: first to total-1 */
    unsigned free;
} pages;

#define RUN(node_) AVL_ENTRY(node_, struct run, node)
#define IN_ORDER(link_) LIST_ENTRY(link_, struct place, link)

/* ---- The tree ------------------------------------------------------------ */

static bool longest_update(struct avl_node *node)
{
    struct run *run = RUN(node);
    unsigned before = run->longest, longest = run->count;

    for (unsigned side = 0; side < 2; side++) {
        if (node->child[side] != NULL &&
            RUN(node->child[side])->longest > longest)
            longest = RUN(node->child[side])->longest;
    }
    run->longest = longest;
    return longest != before;
}

/* Where a page is, or would be, in the tree. */
struct spot {
    struct run *before; /* the last run that begins at or before it, or NULL */
    struct run *behind; /* the first that begins behind it, or NULL */
    struct avl_node *parent;
    unsigned side;
};

static inline void spot_find(unsigned page, struct spot *spot)
{
    struct avl_node *at = pages.tree.root, *parent = NULL;
    struct run *last[2] = {NULL, NULL};
    unsigned side = 0;

    while (at != NULL) {
        parent = at;
        side = RUN(at)->first <= page;
        last[side] = RUN(at);
        at = at->child[side];
    }
    *spot = (struct spot){last[1], last[0], parent, side};
}

/* A run that is in no tree: there are as many as there can be between so many
 * blocks, and one more. */
static struct run *run_make(void)
{
    struct avl_node *node = pages.spare.parent;

    if (node == NULL) {
        ASSERT(pages.made <= pages.capacity);
        node = &pages.runs[pages.made++].node;
        node->height = 0;
    } else {
        pages.spare.parent = node->parent;
    }
    ASSERT(!avl_in_tree(node));
    return RUN(node);
}

static void run_add(const struct spot *spot, unsigned first, unsigned count,
                    struct place *behind)
{
    struct run *run = run_make();

    run->first = first;
    run->count = count;
    run->behind = behind;
    avl_insert(&pages.tree, spot->parent, spot->side, &run->node);
}

static void run_remove(struct run *run)
{
    avl_remove(&pages.tree, &run->node);
    run->node.parent = pages.spare.parent;
    pages.spare.parent = &run->node;
}

static void run_set(struct run *run, unsigned first, unsigned end,
                    struct place *behind)
{
    run->first = first;
    run->count = end - first;
    run->behind = behind;
    if (longest_update(&run->node))
        avl_changed(&pages.tree, run->node.parent);
}

static unsigned run_end(const struct run *run)
{
    return run->first + run->count;
}

/* The run that has all of those pages, or NULL. */
static struct run *run_of(unsigned first, unsigned count)
{
    struct spot spot;

    ASSERT(first >= pages.first);
    ASSERT(first <= pages.total);
    ASSERT(count <= pages.total - first);
    spot_find(first, &spot);
    return spot.before != NULL && run_end(spot.before) >= first + count
               ? spot.before
               : NULL;
}

/* ---- Pages --------------------------------------------------------------- */

bool bank_pages_init(unsigned capacity, unsigned first, unsigned total)
{
    ASSERT(first <= total);
    ASSERT(total <= BANK_PAGES_MAX);
    memset(&pages, 0, sizeof(pages));
    pages.capacity = capacity;
    pages.first = first;
    pages.total = total;
    pages.free = total - first;
    pages.tree.update = longest_update;
    list_init(&pages.order);
    pages.end.first = total;
    list_init(&pages.end.link);
    list_append(&pages.order, &pages.end.link);
    if (total == first)
        return true;
    pages.blocks = kspace_table(capacity * sizeof(*pages.blocks));
    pages.runs = kspace_table((capacity + 1) * sizeof(*pages.runs));
    if (pages.blocks == NULL || pages.runs == NULL)
        return false;
    run_add(&(struct spot){0}, first, total - first, &pages.end);
    return true;
}

/* Nobody fills the table: a slot is in it from when it is first asked for. */
static struct place *place_of(unsigned slot)
{
    ASSERT(slot < pages.capacity);
    while (pages.known <= slot)
        list_init(&pages.blocks[pages.known++].link);
    return &pages.blocks[slot];
}

int bank_pages_find(unsigned count)
{
    const struct avl_node *at = pages.tree.root;

    ASSERT(count > 0);
    if (at == NULL || RUN(at)->longest < count)
        return -1;
    for (;;) {
        if (at->child[0] != NULL && RUN(at->child[0])->longest >= count) {
            at = at->child[0];
        } else if (RUN(at)->count >= count) {
            return (int)RUN(at)->first;
        } else {
            at = at->child[1];
            ASSERT(at != NULL);
        }
    }
}

bool bank_pages_free(unsigned first, unsigned count)
{
    return run_of(first, count) != NULL;
}

bool bank_pages_has(unsigned slot, unsigned first, unsigned count)
{
    const struct place *place = place_of(slot);

    return !list_empty(&place->link) && place->first == first &&
           place->count == count;
}

void bank_pages_take(unsigned slot, unsigned first, unsigned count)
{
    struct place *place = place_of(slot), *behind;
    struct run *run = run_of(first, count);
    unsigned end;

    ASSERT(run != NULL);
    behind = run->behind;
    end = run_end(run);
    place->first = first;
    place->count = count;
    list_insert_before(&behind->link, &place->link);
    pages.free -= count;
    if (run->first < first)
        run_set(run, run->first, first, place);
    else if (first + count < end)
        run_set(run, first + count, end, behind);
    else
        run_remove(run);
    if (run->first < first && first + count < end) {
        struct spot spot;

        spot_find(first, &spot);
        run_add(&spot, first + count, end - first - count, behind);
    }
}

void bank_pages_release(unsigned slot, unsigned first, unsigned count)
{
    struct place *place = place_of(slot);
    struct place *behind = IN_ORDER(place->link.next);
    unsigned end = first + count;
    struct spot spot;
    bool joins_before, joins_behind;

    ASSERT(!list_empty(&place->link));
    ASSERT(place->first == first);
    ASSERT(place->count == count);
    list_remove(&place->link);
    pages.free += count;
    spot_find(first, &spot);
    joins_before = spot.before != NULL && spot.before->behind == place;
    joins_behind = spot.behind != NULL && spot.behind->first == end;
    ASSERT(spot.before == NULL || run_end(spot.before) <= first);
    ASSERT(spot.behind == NULL || spot.behind->first >= end);
    if (joins_before && joins_behind) {
        end = run_end(spot.behind);
        run_remove(spot.behind);
    }
    if (joins_before)
        run_set(spot.before, spot.before->first, end, behind);
    else if (joins_behind)
        run_set(spot.behind, first, run_end(spot.behind), behind);
    else
        run_add(&spot, first, count, behind);
}

int bank_next_in_place(int slot)
{
    const struct link *at = slot < 0 ? &pages.order
                                     : &place_of((unsigned)slot)->link;
    const struct place *behind = IN_ORDER(at->next);

    ASSERT(behind != IN_ORDER(at));
    return behind == &pages.end ? -1 : (int)(behind - pages.blocks);
}

unsigned bank_pages_count_free(void)
{
    return pages.free;
}
