/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Doubly linked lists with the link inside the object.  A link that is in no
 * list points at itself, so that a double insert or removal is seen.
 */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/assert.h"

struct link {
    struct link *next, *prev;
};

/* The object of type that holds link as its member. */
#define LIST_ENTRY(link, type, member)                                         \
    ((type *)(void *)((char *)(link) - offsetof(type, member)))

/* Makes an empty list, or a link that is in none. */
static inline void list_init(struct link *link)
{
    link->next = link->prev = link;
}

static inline bool list_empty(const struct link *list)
{
    return list->next == list;
}

static inline void list_insert_before(struct link *place, struct link *link)
{
    ASSERT(list_empty(link));
    link->prev = place->prev;
    link->next = place;
    place->prev->next = link;
    place->prev = link;
}

/* Appends link to list. */
static inline void list_append(struct link *list, struct link *link)
{
    list_insert_before(list, link);
}

/* Moves the first link of a list that is not empty behind all others. */
static inline void list_rotate(struct link *list)
{
    struct link *first = list->next, *last = list->prev;

    ASSERT(first->prev == list);
    list->next = first->next;
    first->next->prev = list;
    first->next = list;
    first->prev = last;
    last->next = first;
    list->prev = first;
}

/* Takes link out of the list that it is in; harmless if it is in none. */
static inline void list_remove(struct link *link)
{
    ASSERT(link->next->prev == link);
    ASSERT(link->prev->next == link);
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

#endif
