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
void mode_group(int argc, char **argv);   /* the same for a group */
void mode_site(int argc, char **argv);    /* from a panic to main() */
void mode_tell(int argc, char **argv);    /* what these wrote down */
void mode_boot(int argc, char **argv);    /* from the kernel's entry to main() */
void mode_regions(int argc, char **argv); /* allocated, touched, freed */
void mode_pmm(int argc, char **argv);     /* new blocks, freed blocks */
void mode_tasks(int argc, char **argv);   /* memory maps and semaphores */

#endif
