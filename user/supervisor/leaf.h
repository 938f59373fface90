/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The memory of the registry: blocks of the bank.  A file of its own, so that
 * tests can put another in its place.
 */
#ifndef SUPERVISOR_LEAF_H
#define SUPERVISOR_LEAF_H

#include "table.h"

/* The board and the first leaf.  In ordinary memory when the bank has no room,
 * and said so. */
struct table *leaf_first(void);

/* The leaf of a number from 1 on, LEAF_ROWS rows: the one that there is, or if
 * make is true, a new one of zeroes, in ordinary memory if need be.  NULL:
 * there is none. */
struct table_row *leaf_attach(unsigned number, bool make);

#endif
