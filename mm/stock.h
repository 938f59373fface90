/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Stocks of objects of one size: descriptors of actors, threads, regions.  How
 * many there may be is decided at the start, when it is known how much RAM
 * there is; their memory is set aside then, and never goes to anybody else.
 */
#ifndef MM_STOCK_H
#define MM_STOCK_H

#include "mm/types.h"

struct stock {
    char *objects;  /* in one run ... */
    uint32_t *next; /* ... and a word for each, behind them */
    size_t size;    /* bytes of an object */
    unsigned capacity;
    unsigned fresh; /* from this one on none was ever given out */
    unsigned free_head;
    unsigned available;
};

/* Bytes of RAM that a stock of so many objects takes. */
uint64_t stock_bytes(size_t size, unsigned capacity);

/* Sets the memory aside, or panics; all objects are there to be taken.  Once a
 * start. */
void stock_init(struct stock *stock, size_t size, unsigned capacity);

/* Takes an object; there is one (stock_available()).  The first time it is
 * filled with zeros, later it is as it was given back. */
void *stock_take(struct stock *stock);

/* Gives an object back that was taken. */
void stock_give(struct stock *stock, void *object);

/* The number of an object that is taken, from 0 on; no two have the same. */
unsigned stock_number(const struct stock *stock, const void *object);

/* The object of that number; NULL: it is not taken, or there is none. */
void *stock_at(const struct stock *stock, unsigned number);

/* How many can be taken. */
static inline unsigned stock_available(const struct stock *stock)
{
    return stock->available;
}

#endif
