/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registry: which actors must run, one row each, in a persistent block.
 *
 * The supervisor may die at any instruction, so every change becomes true by
 * one store.  A row has two halves.  The request (what was started, with
 * which arguments) is written while the row is free.  The status changes
 * often: it has two copies, the older one is rewritten, and its check word
 * goes last.  The newest copy whose check is right is the truth.
 *
 * Rows come in leaves.  The first one lies in the block of the board; when all
 * rows are taken, one more block is made (leaf.h), and it stays.
 */
#ifndef SUPERVISOR_TABLE_H
#define SUPERVISOR_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <hr/hrBoard.h>

#include "kernel/abi.h"

/* The last leaf makes them as many as the kernel can have actors. */
#define LEAF_ROWS 64
#define LEAVES_MAX 16
#define TABLE_ROWS (LEAF_ROWS * LEAVES_MAX)
#define TABLE_VERSION 3u

enum row_state {
    ROW_FREE = 0,
    ROW_ALIVE,   /* must run: relaunched after a restart of the site */
    ROW_ENDED,   /* ticked off; waits for the rest of its group */
    ROW_DAMAGED, /* never stored: what row_read() says of a broken row */
};

/* Aids are only comparable within one life of the kernel: this one. */
struct epoch {
    uint32_t boots;
    uint32_t site_restarts;
};

/* The changing half of a row, as the supervisor works with it. */
struct row_status {
    uint32_t state; /* enum row_state */
    uint32_t order; /* rank of registration: actors come back in it */
    int32_t aid;    /* of the first life within .epoch */
    struct epoch epoch;
    uint32_t restarts; /* lives before the present one, not long ago */
};

struct row_copy {
    uint32_t check; /* the commit: written last */
    uint32_t sequence;
    struct row_status status;
};

struct table_row {
    uint32_t check; /* of the request */
    KnActorSpawn request;
    struct row_copy copies[2];
};

struct table {
    HrBoard board; /* its first words are the header: board.check is of them */
    struct table_row rows[LEAF_ROWS]; /* the first leaf */
};

/* What table_open() found. */
enum table_found {
    TABLE_FRESH,    /* new: no row was ever written */
    TABLE_KEPT,     /* a registry of this version */
    TABLE_REPAIRED, /* something else; rows that are whole are kept */
};

/* Makes the block at table the registry, with all leaves that there are.  Rows
 * speak for themselves, so a broken header costs none of them. */
enum table_found table_open(struct table *table);

/* Rows that there are now, free or not: 0 .. one less. */
unsigned table_rows(void);

/* The row of the actor that had that aid in its first life within epoch, or
 * -1. */
int table_row_of(int aid, struct epoch epoch);

/* Walks the rows of a group that are not free, in no order: -1 first, and -1
 * when there are no more. */
int table_row_next(int group, int row);

/* Reads a row: its state, and unless that is ROW_FREE or ROW_DAMAGED its
 * status. */
enum row_state row_read(unsigned row, struct row_status *status);

/* The actor that a row in use is about. */
const KnActorSpawn *row_request(unsigned row);

/* Registers an actor as the last in order.  Returns its row, or -1: there is
 * none left, and no room for more. */
int table_add(const KnActorSpawn *request, const struct row_status *status);

/* Makes *status the row's status, by one last store. */
void row_write(unsigned row, const struct row_status *status);

/* Frees a row, whatever is in it. */
void row_clear(unsigned row);

/* Says whether two aids may be compared. */
bool epoch_equal(struct epoch a, struct epoch b);

/* Says whether two requests start the same actor in the same way. */
bool request_equal(const KnActorSpawn *a, const KnActorSpawn *b);

#endif
