/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The watchdog's bark: an interrupt that the kernel cannot mask, before the
 * watchdog bites (watchdog.h), or where nothing can.  A kernel that hangs, with
 * interrupts off too, still comes to its own end by it: a panic that says
 * where it was, and a restart in place instead of a reset.
 */
#ifndef DRIVERS_BARK_H
#define DRIVERS_BARK_H

#include <stdbool.h>

/* Finds a clock that can bark, and makes it quiet: an earlier kernel may have
 * started it.  Its name, or NULL: there is none. */
const char *bark_init(void);

/* Starts it: not fed for period_ms, it barks. */
void bark_start(unsigned period_ms);

/* Feeds it.  One that an earlier kernel has left running is quiet then; to one
 * that does not run nothing happens. */
void bark_feed(void);

/* Makes it quiet. */
void bark_stop(void);

/* Whether it runs and has not been fed in time: what cannot be masked came
 * from it.  Until it is fed. */
bool bark_is_due(void);

#endif
