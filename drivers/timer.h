/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One clock and one alarm.  The alarm calls trap_tick() of kernel/trap.h.
 */
#ifndef DRIVERS_TIMER_H
#define DRIVERS_TIMER_H

#include <stdint.h>

#include "boot/boot_info.h"

/* Starts the clock at 0.  Measures what platform does not know yet. */
void timer_init(struct boot_platform *platform);

/* Nanoseconds since timer_init(). */
uint64_t timer_now_ns(void);

/* The counter behind the clock, which no warm restart sets back, and what a
 * difference of it is in nanoseconds. */
uint64_t timer_counter(void);
uint64_t timer_counter_ns(uint64_t difference);

/* Rings once at the given time; at once if that is past.  Replaces an alarm
 * that was set before.  UINT64_MAX: never. */
void timer_set_alarm(uint64_t at_ns);

#endif
