/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Stocks are kept as the frames are (mm/frame.c): those that were never taken
 * are not listed at all, and nobody has touched them; those that came back are
 * in a list through a table of one word for each, never through the objects.
 * So a start costs the same however many there are, a stray store into an
 * object that is free cannot bend the list, and to give one back twice is seen
 * at once.
 */
#include "mm/stock.h"

#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/kspace.h"

#define STOCK_TAKEN 0x80000000u /* and its own number */
#define STOCK_END 0x7fffffffu   /* free, the last of the list */
/* Else free: the number of the next in the list. */

uint64_t stock_bytes(size_t size, unsigned capacity)
{
    return page_up(capacity * (uint64_t)(size + sizeof(uint32_t)));
}

void stock_init(struct stock *stock, size_t size, unsigned capacity)
{
    uint64_t bytes = stock_bytes(size, capacity);
    paddr_t start;

    ASSERT(capacity > 0);
    ASSERT(capacity < STOCK_END);
    ASSERT(size % sizeof(uint32_t) == 0);
    if (frame_allocate_run(bytes >> PAGE_SHIFT, &start) != K_OK)
        panic("no RAM for %u objects of %lu bytes", capacity, size);
    stock->objects = kspace_pointer(start);
    stock->next = (uint32_t *)(void *)(stock->objects + capacity * size);
    stock->size = size;
    stock->capacity = stock->available = capacity;
    stock->fresh = 0;
    stock->free_head = STOCK_END;
}

static unsigned fresh_take(struct stock *stock)
{
    unsigned number = stock->fresh++;

    ASSERT(number < stock->capacity);
    memset(stock->objects + number * stock->size, 0, stock->size);
    return number;
}

static unsigned listed_take(struct stock *stock)
{
    unsigned number = stock->free_head;

    ASSERT(number < stock->fresh);
    stock->free_head = stock->next[number];
    return number;
}

void *stock_take(struct stock *stock)
{
    unsigned number;

    ASSERT(stock->available > 0);
    number = stock->free_head == STOCK_END ? fresh_take(stock)
                                           : listed_take(stock);
    stock->next[number] = STOCK_TAKEN | number;
    stock->available--;
    return stock->objects + number * stock->size;
}

unsigned stock_number(const struct stock *stock, const void *object)
{
    uint64_t offset = (uint64_t)((const char *)object - stock->objects);
    uint64_t number = offset / stock->size;

    ASSERT(number < stock->fresh);
    ASSERT(number * stock->size == offset);
    ASSERT(stock->next[number] == (STOCK_TAKEN | number));
    return (unsigned)number;
}

void stock_give(struct stock *stock, void *object)
{
    unsigned number = stock_number(stock, object);

    stock->next[number] = stock->free_head;
    stock->free_head = number;
    stock->available++;
}

void *stock_at(const struct stock *stock, unsigned number)
{
    if (number >= stock->fresh ||
        stock->next[number] != (STOCK_TAKEN | number))
        return NULL;
    return stock->objects + number * stock->size;
}
