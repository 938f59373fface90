/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Regions: which addresses of a space are taken, and for what.  This file is
 * arithmetic on a sorted set; mm/aspace.h gives the addresses memory.
 */
#ifndef MM_REGION_H
#define MM_REGION_H

#include "kernel/avl.h"
#include "kernel/list.h"
#include "mm/types.h"

struct region {
    struct link link;     /* its neighbours */
    const struct region_list *list; /* that it is in, or NULL */
    struct avl_node node; /* the way to it */
    uint64_t gap;         /* free bytes in front of it */
    uint64_t gap_max;     /* the largest gap of it and all below it */
    uint64_t start, size; /* bytes, whole pages */
    VmFlags options;      /* K_WRITABLE, K_EXECUTABLE, K_RESERVED, ... */
    unsigned kind;        /* K_RGN_... */
    void *opaque1;
    VmFlags opaque2;
};

/* The region found last for some addresses, most of the time the same page:
 * most questions are asked again. */
#define REGION_HINTS 16

static inline unsigned region_hint(uint64_t address)
{
    return (address >> 12 ^ address >> 30) % REGION_HINTS;
}

/* The regions of one space, by address; none touch, unless they differ. */
struct region_list {
    struct link regions;
    struct avl tree;
    struct region *hints[REGION_HINTS]; /* may be another list's by now */
    unsigned count;
};

/* The region that the last answer for such an address was, if it holds this
 * one; or NULL: ask region_from(). */
static inline struct region *region_hinted(const struct region_list *list,
                                           uint64_t address)
{
    struct region *region = list->hints[region_hint(address)];

    return region != NULL && address - region->start < region->size &&
                   region->list == list
               ? region
               : NULL;
}

/* Sets memory aside for so many descriptors.  Once a start. */
void region_init(unsigned count);

/* Makes list empty. */
void region_list_init(struct region_list *list);

/* The first region that ends above address, or NULL. */
struct region *region_from(const struct region_list *list, uint64_t address);

/* The region after this one, or NULL. */
struct region *region_next(const struct region_list *list,
                           const struct region *region);

/* True if a region has a byte in [start, start + size). */
bool region_overlaps(const struct region_list *list, uint64_t start,
                     uint64_t size);

/* Finds the highest free range of size bytes inside [low, high).  K_OK or
 * K_ENOMEM. */
KnError region_find_hole(const struct region_list *list, uint64_t low,
                         uint64_t high, uint64_t size, uint64_t *start)
    __attribute__((warn_unused_result));

/* Adds a region where nothing is; joins it with equal neighbours.  There is a
 * descriptor left (region_available()). */
void region_add(struct region_list *list, const struct region *like);

/* How many more descriptors region_remove() will need: 1 for a hole in the
 * middle of a region, else 0. */
unsigned region_remove_cost(const struct region_list *list, uint64_t start,
                            uint64_t size);

/* Takes [start, start + size) away from the regions that lie in it: whole
 * ones go, others shrink or split. */
void region_remove(struct region_list *list, uint64_t start, uint64_t size);

/* Descriptors that are left. */
unsigned region_available(void);

#endif
