/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The modes: each measures one thing, tells it, and starts what comes next.
 */
#ifndef BENCH_MODES_H
#define BENCH_MODES_H

#include "bench.h"

void mode_clock(int argc, char **argv);   /* that the counter counts right */
void mode_null(int argc, char **argv);    /* a call that does nothing */
void mode_yield(int argc, char **argv);   /* to a thread of the same actor */
void mode_switch(int argc, char **argv);  /* to a thread of another one */
void mode_partner(int argc, char **argv); /* ... which this is */
void mode_restart(int argc, char **argv); /* from a fault to main() */
void mode_touch(int argc, char **argv);   /* ... of all its data */
void mode_judged(int argc, char **argv);  /* ... to the supervisor */
void mode_group(int argc, char **argv);   /* the same for a group */
void mode_site(int argc, char **argv);    /* from a panic to main() */
void mode_tell(int argc, char **argv);    /* what these wrote down */
void mode_boot(int argc, char **argv);    /* the kernel's start, cold */
void mode_regions(int argc, char **argv); /* allocated, touched, freed */
void mode_pmm(int argc, char **argv);     /* new blocks, freed blocks */
void mode_tasks(int argc, char **argv);   /* memory maps and semaphores */

/* Costs against numbers of other things: scale.c, many.c. */
void mode_blocks(int argc, char **argv);       /* in the bank */
void mode_fill(int argc, char **argv);         /* just so many of them */
void mode_many_regions(int argc, char **argv); /* of an actor */
void mode_crowd(int argc, char **argv);        /* so many of them */
void mode_maps(int argc, char **argv);         /* blocks of a memory map */
void mode_waiters(int argc, char **argv);      /* for a block of it */
void mode_equals(int argc, char **argv);       /* threads that take turns */
void mode_lesser(int argc, char **argv);       /* ... that do not get one */
void mode_room(int argc, char **argv);         /* RAM of one more of a kind */

#endif
