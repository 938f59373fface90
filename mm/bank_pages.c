/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Which pages of the bank are taken, in ordinary RAM: the blocks in
 * the order of their places, each with the gap in front of it.
 *
 *      first                                             total
 *        |   gap   [--block--][-block-]  gap  [-block-]  gap  |
 *
 * The end of the bank is one of them, with no pages.  A tree leads to a block
 * by a page, and to the lowest gap of a size: each node tells the largest gap
 * below it.  So neither depends on how many blocks there are, nor on the size
 * of the bank.  It is all derived from the directory at each start and so
 * cannot disagree with it after a crash.
 */
#include "kernel/assert.h"
#include "kernel/avl.h"
#include "kernel/list.h"
#include "mm/bank_core.h"

struct place {
    struct avl_node node;
    struct link link; /* its neighbours */
    unsigned first, count;
    unsigned gap;     /* free pages in front of it */
    unsigned gap_max; /* the largest gap of it and all below it */
};

static struct {
    struct place blocks[BANK_BLOCKS_CAPACITY]; /* by slot */
    struct place end;
    struct avl tree;
    struct link order;
    unsigned first, total; /* pages that blocks may have: first to total-1 */
    unsigned free;
} pages;

#define PLACE(node_) AVL_ENTRY(node_, struct place, node)
#define IN_ORDER(link_) LIST_ENTRY(link_, struct place, link)

static unsigned place_end(const struct place *place)
{
    return place->first + place->count;
}

static unsigned gap_before(const struct place *place)
{
    const struct link *prev = place->link.prev;

    return place->first -
           (prev == &pages.order ? pages.first : place_end(IN_ORDER(prev)));
}

static bool gap_update(struct avl_node *node)
{
    struct place *place = PLACE(node);
    unsigned before = place->gap_max, most = place->gap;

    for (unsigned side = 0; side < 2; side++) {
        if (node->child[side] != NULL &&
            PLACE(node->child[side])->gap_max > most)
            most = PLACE(node->child[side])->gap_max;
    }
    place->gap_max = most;
    return most != before;
}

/* What is in front of a place has changed. */
static void gap_changed(struct place *place)
{
    place->gap = gap_before(place);
    avl_changed(&pages.tree, &place->node);
}

void bank_pages_init(unsigned first, unsigned total)
{
    ASSERT(first <= total);
    ASSERT(total <= BANK_PAGES_MAX);
    memset(&pages, 0, sizeof(pages));
    pages.first = first;
    pages.total = total;
    pages.free = total - first;
    pages.tree.update = gap_update;
    list_init(&pages.order);
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++)
        list_init(&pages.blocks[i].link);
    pages.end.first = total;
    list_init(&pages.end.link);
    list_append(&pages.order, &pages.end.link);
    pages.end.gap = gap_before(&pages.end);
    avl_insert(&pages.tree, NULL, 0, &pages.end.node);
}

int bank_pages_find(unsigned count)
{
    const struct avl_node *at = pages.tree.root;

    ASSERT(count > 0);
    if (PLACE(at)->gap_max < count)
        return -1;
    for (;;) {
        if (at->child[0] != NULL && PLACE(at->child[0])->gap_max >= count) {
            at = at->child[0];
        } else if (PLACE(at)->gap >= count) {
            return (int)(PLACE(at)->first - PLACE(at)->gap);
        } else {
            at = at->child[1];
            ASSERT(at != NULL);
        }
    }
}

/* The first block, or the end of the bank, that ends behind a page; and where
 * in the tree one that begins with this page would hang. */
static struct place *place_behind(unsigned page, struct avl_node **parent,
                                  unsigned *side)
{
    struct avl_node *at = pages.tree.root;
    struct place *found = &pages.end;

    *parent = NULL;
    *side = 0;
    while (at != NULL) {
        *parent = at;
        *side = place_end(PLACE(at)) <= page;
        found = *side == 0 ? PLACE(at) : found;
        at = at->child[*side];
    }
    return found;
}

static bool all_free(const struct place *behind, unsigned first,
                     unsigned count)
{
    ASSERT(first >= pages.first);
    ASSERT(first <= pages.total);
    ASSERT(count <= pages.total - first);
    return behind->first >= first + count;
}

bool bank_pages_free(unsigned first, unsigned count)
{
    struct avl_node *parent;
    unsigned side;

    return all_free(place_behind(first, &parent, &side), first, count);
}

bool bank_pages_has(unsigned slot, unsigned first, unsigned count)
{
    const struct place *place = &pages.blocks[slot];

    return avl_in_tree(&place->node) && place->first == first &&
           place->count == count;
}

/* The slot of a neighbour, or -1 for an end of the bank. */
static int slot_of(const struct link *link)
{
    return link == &pages.order || link == &pages.end.link
               ? -1
               : (int)(IN_ORDER(link) - pages.blocks);
}

void bank_pages_around(unsigned page, int *before, int *behind)
{
    struct avl_node *parent;
    unsigned side;
    const struct link *next = &place_behind(page, &parent, &side)->link;

    ASSERT(next->prev->next == next);
    *before = slot_of(next->prev);
    *behind = slot_of(next);
}

void bank_pages_take(unsigned slot, unsigned first, unsigned count)
{
    struct place *place = &pages.blocks[slot], *behind;
    struct avl_node *parent;
    unsigned side;

    behind = place_behind(first, &parent, &side);
    ASSERT(all_free(behind, first, count));
    place->first = first;
    place->count = count;
    list_insert_before(&behind->link, &place->link);
    place->gap = gap_before(place);
    avl_insert(&pages.tree, parent, side, &place->node);
    gap_changed(behind);
    pages.free -= count;
}

void bank_pages_release(unsigned slot)
{
    struct place *place = &pages.blocks[slot];
    struct place *behind = IN_ORDER(place->link.next);

    ASSERT(avl_in_tree(&place->node));
    list_remove(&place->link);
    avl_remove(&pages.tree, &place->node);
    gap_changed(behind);
    pages.free += place->count;
}

unsigned bank_pages_count_free(void)
{
    return pages.free;
}
