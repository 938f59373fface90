/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The clock is the time-stamp counter, the alarm is the local APIC's timer,
 * one shot at a time.  Neither says how fast it runs: both are measured once
 * against the PC's old timer, whose frequency is a constant of nature.
 */
#include "arch/x86_64/cpu.h"
#include "drivers/apic.h"
#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/trap.h"

#define PIT_HZ 1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_ONE_SHOT 0xb0 /* channel 2, low then high byte, mode 0 */
#define PORT_B 0x61
#define PORT_B_GATE 0x01
#define PORT_B_SPEAKER 0x02
#define PORT_B_DONE 0x20

#define MEASURE_PER_SECOND 100 /* 10 ms */
#define DIVIDE_BY_16 0x3
#define NS_PER_SECOND 1000000000ull

/* Both rates as 32.32 fixed-point numbers: no division on the way. */
static struct {
    uint64_t start;        /* counter at timer_init() */
    uint64_t ns_per_clock; /* of the counter */
    uint64_t ticks_per_ns; /* of the alarm */
} timer;

static uint64_t scale(uint64_t value, uint64_t fixed)
{
    return (uint64_t)((unsigned __int128)value * fixed >> 32);
}

/* Some seconds of polling: new machines may have switched the timer off. */
#define PIT_POLLS_MAX 10000000

/* Waits for 1 / MEASURE_PER_SECOND s by the old timer. */
static void pit_wait(void)
{
    uint32_t count = PIT_HZ / MEASURE_PER_SECOND;
    uint8_t gate = (uint8_t)((io_in8(PORT_B) & ~PORT_B_SPEAKER) | PORT_B_GATE);

    io_out8(PORT_B, gate & (uint8_t)~PORT_B_GATE);
    io_out8(PIT_COMMAND, PIT_ONE_SHOT);
    io_out8(PIT_CHANNEL2, (uint8_t)count);
    io_out8(PIT_CHANNEL2, (uint8_t)(count >> 8));
    io_out8(PORT_B, gate);
    for (int i = 0; i < PIT_POLLS_MAX; i++) {
        if (io_in8(PORT_B) & PORT_B_DONE)
            return;
    }
    panic("the PC's old timer (8254) does not run: see the firmware's setup");
}

static void timer_measure(struct boot_platform *platform)
{
    apic_write(APIC_TIMER_START, UINT32_MAX);
    uint64_t clock = cpu_clock();

    pit_wait();
    uint32_t left = apic_read(APIC_TIMER_NOW);
    platform->clock_hz = (cpu_clock() - clock) * MEASURE_PER_SECOND;
    platform->timer_hz = (uint64_t)(UINT32_MAX - left) * MEASURE_PER_SECOND;
    boot_info_seal();
}

void timer_init(struct boot_platform *platform)
{
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
    apic_write(APIC_TIMER, APIC_MASKED);
    if (platform->clock_hz == 0)
        timer_measure(platform);
    ASSERT(platform->clock_hz > 0);
    ASSERT(platform->timer_hz > 0);
    timer.ns_per_clock = (NS_PER_SECOND << 32) / platform->clock_hz;
    timer.ticks_per_ns = (platform->timer_hz << 32) / NS_PER_SECOND;
    timer.start = cpu_clock();
    apic_write(APIC_TIMER_START, 0);
    apic_write(APIC_TIMER, APIC_VECTOR_TIMER);
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
    uint64_t ticks = scale(wait, timer.ticks_per_ns) + 1; /* never early */

    if (at_ns == UINT64_MAX)
        ticks = 0; /* which stops it */
    else if (ticks > UINT32_MAX)
        ticks = UINT32_MAX; /* rings too soon, and is set again */
    apic_write(APIC_TIMER_START, (uint32_t)ticks);
}

void apic_timer_interrupt(void)
{
    trap_tick();
}
