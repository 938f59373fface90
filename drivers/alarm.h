/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What timer.c needs of a machine, besides arch_clock(): an alarm that counts
 * ticks down, once.
 */
#ifndef DRIVERS_ALARM_H
#define DRIVERS_ALARM_H

#include <stdint.h>

#include "boot/boot_info.h"

/* Both in a second. */
struct alarm_rates {
    uint64_t clocks, ticks;
};

/* Stops the alarm, and says how fast clock and alarm run.  Measures what
 * platform does not know yet. */
struct alarm_rates alarm_init(struct boot_platform *platform);

/* Rings after so many ticks; sooner if there cannot be so many. */
void alarm_start(uint64_t ticks);
void alarm_stop(void);

#endif
