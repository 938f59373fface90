/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Arm's generic timer: a counter and a comparator in the processor.  Of its
 * faces we use the virtual one, which EL1 has whoever started it.
 */
#include "arch/aarch64/cpu.h"
#include "drivers/irqchip.h"
#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/trap.h"

#define CONTROL_ENABLE 1
#define NS_PER_SECOND 1000000000ull

/* Both rates as 32.32 fixed-point numbers: no division on the way. */
static struct {
    uint64_t start;         /* counter at timer_init() */
    uint64_t ns_per_clock;
    uint64_t clocks_per_ns;
} timer;

static uint64_t scale(uint64_t value, uint64_t fixed)
{
    return (uint64_t)((unsigned __int128)value * fixed >> 32);
}

/* The line stays up until the comparator is set anew. */
static void timer_interrupt(void)
{
    cntv_ctl_write(0);
    trap_tick();
}

void timer_init(struct boot_platform *platform)
{
    if (platform->clock_hz == 0) {
        platform->clock_hz = (uint32_t)cntfrq_read();
        boot_info_seal();
    }
    ASSERT(platform->clock_hz > 0);
    timer.ns_per_clock = (NS_PER_SECOND << 32) / platform->clock_hz;
    timer.clocks_per_ns = ((uint64_t)platform->clock_hz << 32) / NS_PER_SECOND;
    timer.start = cpu_clock();
    cntv_ctl_write(0);
    irqchip_connect(platform->timer_line, timer_interrupt);
}

uint64_t timer_counter(void)
{
    return cpu_clock();
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

    if (at_ns == UINT64_MAX) {
        cntv_ctl_write(0);
        return;
    }
    cntv_cval_write(cpu_clock() + scale(wait, timer.clocks_per_ns) + 1);
    cntv_ctl_write(CONTROL_ENABLE);
}
