/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The steps of kmain() that decide something and say so on the console.
 */
#ifndef KERNEL_START_H
#define KERNEL_START_H

#include "mm/frame.h"

/* Physical memory that is taken before anything may be allocated. */
enum hole { HOLE_IMAGE, HOLE_ARCHIVE, HOLE_TABLES, HOLE_BANK, HOLE_COUNT };

/* Says who starts, on what, by whom, and after what. */
void start_say_hello(void);

/* Finds the holes in RAM; a bank that cannot be where it should is none. */
const struct frame_hole *start_holes(void);

/* One of them, once they are found. */
const struct frame_hole *start_hole(enum hole hole);

/* Opens the archive; without one the machine stops with a failure. */
void start_archive(void);

/* Opens the bank and tells what it holds, and the last words in it. */
void start_bank(void);

/* With bench.counter=1: actors may read the processor's counter. */
void start_counter(void);

/* Starts the supervisor and init. */
void start_boot_actors(void);

#endif
