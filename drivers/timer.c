/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Nanoseconds: what clocks and ticks of the alarm are in them.
 */
#include "drivers/timer.h"

#include "arch/arch.h"
#include "drivers/alarm.h"
#include "kernel/assert.h"

#define NS_PER_SECOND 1000000000ull

/* Both rates as 32.32 fixed-point numbers: no division on the way. */
static struct {
    uint64_t start; /* clock at timer_init() */
    uint64_t ns_per_clock;
    uint64_t ticks_per_ns; /* of the alarm */
} timer;

static uint64_t scale(uint64_t value, uint64_t fixed)
{
    return (uint64_t)((unsigned __int128)value * fixed >> 32);
}

void timer_init(struct boot_platform *platform)
{
    struct alarm_rates rates = alarm_init(platform);

    ASSERT(rates.clocks > 0);
    ASSERT(rates.ticks > 0);
    timer.ns_per_clock = (NS_PER_SECOND << 32) / rates.clocks;
    timer.ticks_per_ns = (rates.ticks << 32) / NS_PER_SECOND;
    timer.start = arch_clock();
}

uint64_t timer_counter(void)
{
    return arch_clock();
}

uint64_t timer_counter_ns(uint64_t difference)
{
    return scale(difference, timer.ns_per_clock);
}

uint64_t timer_now_ns(void)
{
    return timer_counter_ns(timer_counter() - timer.start);
}

void timer_set_alarm(uint64_t at_ns)
{
    uint64_t now = timer_now_ns();
    uint64_t wait = at_ns > now ? at_ns - now : 0;

    if (at_ns == UINT64_MAX)
        alarm_stop();
    else
        alarm_start(scale(wait, timer.ticks_per_ns) + 1); /* never early */
}
