/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A PC's high precision event timer, one comparator of which reaches the
 * processor through the I/O APIC as an NMI.  It is taken to be at the address
 * at which every chip set has it; what is read there tells whether it is.
 */
#include <stddef.h>
#include <stdint.h>

#include "drivers/bark.h"
#include "drivers/irqchip.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

#define HPET 0xfed00000ull

/* Registers, as indexes of 32-bit words. */
enum {
    PERIOD = 0x004 / 4, /* of a clock, in femtoseconds */
    CONTROL = 0x010 / 4,
    COUNTER = 0x0f0 / 4,
    COMPARATORS = 0x100 / 4,
};

/* ... of a comparator. */
enum { CONFIGURATION = 0, LINES = 1, COMPARATOR = 2, WORDS = 8 };

#define PERIOD_MAX 0x05f5e100u
#define CONTROL_ON 1u
#define FEMTOSECONDS_PER_MS 1000000000000ull

#define CONFIGURATION_INTERRUPTS (1u << 2)
#define CONFIGURATION_32_BITS (1u << 8)
#define CONFIGURATION_LINE_SHIFT 9

/* The last of the three that each has: the first two stand in for old timers
 * where somebody asks for it.  The ISA bus's lines are other devices'. */
#define WHICH 2
#define FIRST_LINE 16
#define LINE_COUNT 24

static struct {
    volatile uint32_t *registers;
    volatile uint32_t *comparator; /* NULL: none found */
    unsigned line;
    uint32_t period; /* clocks; 0: it does not run */
} hpet;

/* The first line beyond the ISA bus's that it can be sent to, or 0. */
static unsigned line_find(uint32_t lines)
{
    for (unsigned line = FIRST_LINE; line < LINE_COUNT; line++) {
        if (lines & 1u << line)
            return line;
    }
    return 0;
}

const char *bark_init(void)
{
    volatile uint32_t *registers = kspace_map_device(paddr(HPET), PAGE_SIZE);

    hpet.registers = registers;
    if (registers[PERIOD] == 0 || registers[PERIOD] > PERIOD_MAX)
        return NULL;
    hpet.line = line_find(registers[COMPARATORS + WHICH * WORDS + LINES]);
    if (hpet.line == 0 || !irqchip_connect_unmaskable(hpet.line))
        return NULL;
    hpet.comparator = &registers[COMPARATORS + WHICH * WORDS];
    bark_stop();
    return "NMI from the HPET";
}

void bark_start(unsigned period_ms)
{
    uint64_t clocks = period_ms * FEMTOSECONDS_PER_MS /
                      hpet.registers[PERIOD];

    ASSERT(hpet.comparator != NULL);
    ASSERT(clocks > 0);
    hpet.period = clocks < INT32_MAX ? (uint32_t)clocks : INT32_MAX;
    bark_feed();
    hpet.comparator[CONFIGURATION] = hpet.line << CONFIGURATION_LINE_SHIFT |
                                     CONFIGURATION_32_BITS |
                                     CONFIGURATION_INTERRUPTS;
}

/* The counter begins anew each time: where it is emulated, one of 32 bits rings
 * when it overflows, too. */
void bark_feed(void)
{
    if (hpet.period == 0)
        return;
    hpet.registers[CONTROL] &= ~CONTROL_ON;
    hpet.registers[COUNTER] = 0;
    hpet.registers[COUNTER + 1] = 0;
    hpet.comparator[COMPARATOR] = hpet.period;
    hpet.registers[CONTROL] |= CONTROL_ON;
}

void bark_stop(void)
{
    hpet.period = 0;
    if (hpet.comparator != NULL)
        hpet.comparator[CONFIGURATION] = CONFIGURATION_32_BITS;
}

bool bark_is_due(void)
{
    return hpet.period != 0 &&
           (int32_t)(hpet.registers[COUNTER] -
                     hpet.comparator[COMPARATOR]) >= 0;
}
