/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The machine's watchdog: a clock that resets the machine unless it is fed.
 * It is the last means against a kernel that hangs, which can do nothing
 * about itself any more.
 */
#ifndef DRIVERS_WATCHDOG_H
#define DRIVERS_WATCHDOG_H

#include <stdbool.h>

/* Finds the watchdog, and stops it if it runs: an earlier kernel, or the
 * firmware, may have started it.  Its name, or NULL: there is none that could
 * reset this machine. */
const char *watchdog_init(void);

/* Whether it was the watchdog that reset the machine before this start; asked
 * after watchdog_init(), which has made it forget. */
bool watchdog_has_bitten(void);

/* Starts it: not fed for period_s seconds, WATCHDOG_S_MIN .. WATCHDOG_S_MAX, it
 * resets the machine. */
#define WATCHDOG_S_MIN 3
#define WATCHDOG_S_MAX 600
void watchdog_start(unsigned period_s);

/* Feeds it; nothing happens to one that does not run. */
void watchdog_feed(void);

/* Stops it. */
void watchdog_stop(void);

#endif
