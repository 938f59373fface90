/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The clock is the time-stamp counter, the alarm is the local APIC's timer,
 * one shot at a time.  Neither says how fast it runs: both are measured once
 * against the PC's old timer, whose frequency is a constant of nature.
 *
 * Theory.  The old timer makes a square wave, and we watch its line.  A turn
 * of the wave lies between the last look at the line before it and the first
 * one after it, so that the clock that was read between these two is off by
 * no more than the longest time `slack` from one reading to the next.  What
 * has passed between two turns is then known to 2 * slack, whatever a look at
 * the line costs on this machine, and we wait for turns until that is small
 * enough.  A pair of turns that nobody saw would lie between two looks, which
 * are no more than 2 * slack apart: it cannot be while that is less than half
 * a wave of the fewest clocks that half a wave can have.
 */
#include "arch/arch.h"
#include "arch/x86_64/cpu.h"
#include "drivers/alarm.h"
#include "drivers/apic.h"
#include "kernel/assert.h"
#include "kernel/klog.h"
#include "kernel/trap.h"

#define PIT_HZ 1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_SQUARE_WAVE 0xb6 /* channel 2, low then high byte, mode 3 */
#define PORT_B 0x61
#define PORT_B_GATE 0x01
#define PORT_B_SPEAKER 0x02
#define PORT_B_LINE 0x20

#define PRECISION 1000 /* the rates are off by no more than a thousandth */
#define TURNS_MAX 250
#define HALF_WAVE 30 /* 25 us, at first; in pulses of the old timer */
#define HALF_WAVE_MAX 0x7fff
#define CLOCKS_PER_PULSE 419 /* at 500 MHz: no 64-bit processor is slower */

/* Some seconds of polling: new machines may have switched the timer off. */
#define POLLS_MAX 10000000

#define DIVIDE_BY_16 0x3

struct wave {
    bool line;
    uint64_t slack; /* the longest time between readings of the clock */
    uint64_t last;  /* reading */
};

/* Both counters when the wave turned. */
struct turn {
    uint64_t clock;
    uint32_t alarm;
};

static bool line_is_up(void)
{
    return (io_in8(PORT_B) & PORT_B_LINE) != 0;
}

static void wave_begin(struct wave *wave, unsigned half)
{
    uint8_t gate = (uint8_t)((io_in8(PORT_B) & ~PORT_B_SPEAKER) | PORT_B_GATE);

    io_out8(PORT_B, gate & (uint8_t)~PORT_B_GATE);
    io_out8(PIT_COMMAND, PIT_SQUARE_WAVE);
    io_out8(PIT_CHANNEL2, (uint8_t)(2 * half));
    io_out8(PIT_CHANNEL2, (uint8_t)(2 * half >> 8));
    io_out8(PORT_B, gate);
    *wave = (struct wave){.line = line_is_up(), .last = arch_clock()};
}

static void wave_end(void)
{
    io_out8(PORT_B, (uint8_t)(io_in8(PORT_B) & ~PORT_B_GATE));
}

static uint64_t wave_clock(struct wave *wave)
{
    uint64_t now = arch_clock(), passed = now - wave->last;

    wave->slack = passed > wave->slack ? passed : wave->slack;
    wave->last = now;
    return now;
}

static struct turn wave_turn(struct wave *wave)
{
    struct turn turn = {.clock = wave->last};

    for (int i = 0; i < POLLS_MAX; i++) {
        bool line = line_is_up();
        uint64_t now = wave_clock(wave);

        if (line != wave->line) {
            wave->line = line;
            turn.alarm = apic_read(APIC_TIMER_NOW);
            wave_clock(wave);
            return turn;
        }
        turn.clock = now;
    }
    panic("the PC's old timer (8254) does not run: see the firmware's setup");
}

/* False: it cannot be said with that precision. */
static bool wave_measure(unsigned half, unsigned precision,
                         struct boot_platform *platform)
{
    struct wave wave;
    struct turn first, turn;

    wave_begin(&wave, half);
    first = wave_turn(&wave);
    for (unsigned turns = 1; turns <= TURNS_MAX; turns++) {
        turn = wave_turn(&wave);
        if (2 * wave.slack >= half * CLOCKS_PER_PULSE)
            return false;
        if (turn.clock - first.clock < 2 * wave.slack * precision)
            continue;
        platform->clock_hz =
            (turn.clock - first.clock) * PIT_HZ / (turns * half);
        platform->timer_hz =
            (uint64_t)(first.alarm - turn.alarm) * PIT_HZ / (turns * half);
        return true;
    }
    return false;
}

/* Where something takes the processor away now and then, a longer wave has the
 * better chance; or else we take what can be had. */
static void timer_measure(struct boot_platform *platform)
{
    apic_write(APIC_TIMER_START, UINT32_MAX);
    for (unsigned wanted = PRECISION; wanted > 0; wanted /= 2) {
        for (unsigned half = HALF_WAVE; half <= HALF_WAVE_MAX; half *= 2) {
            if (!wave_measure(half, wanted, platform))
                continue;
            wave_end();
            boot_info_seal();
            if (wanted < PRECISION)
                klog("clock: known to one part in %u, not %u: something takes "
                     "the processor away\n",
                     wanted, PRECISION);
            return;
        }
    }
    panic("the clock cannot be measured: too much goes on besides");
}

struct alarm_rates alarm_init(struct boot_platform *platform)
{
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
    apic_write(APIC_TIMER, APIC_MASKED);
    if (platform->clock_hz == 0)
        timer_measure(platform);
    alarm_stop();
    apic_write(APIC_TIMER, APIC_VECTOR_TIMER);
    return (struct alarm_rates){platform->clock_hz, platform->timer_hz};
}

void alarm_start(uint64_t ticks)
{
    apic_write(APIC_TIMER_START,
               ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks);
}

void alarm_stop(void)
{
    apic_write(APIC_TIMER_START, 0);
}

void apic_timer_interrupt(void)
{
    trap_tick();
}
