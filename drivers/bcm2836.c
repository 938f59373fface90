/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Interrupts of a Raspberry Pi 3: BCM2836's controller of each processor's
 * own lines, with BCM2835's controller of the peripherals behind it.
 */
#include "boot/boot_info.h"
#include "drivers/irqchip.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

/* Lines 0-63 are the peripherals' as its documents number them; the lines of
 * the processor follow: 64 + 3 is its virtual timer. */
#define FIRST_LOCAL 64
#define LOCAL_TIMERS 4 /* of the local lines, these have a switch here */
#define LINES 72

/* Registers, as indexes of 32-bit words: the local controller's ... */
enum {
    LOCAL_TIMER_ENABLE = 0x40 / 4,
    LOCAL_SOURCE = 0x60 / 4,
};
#define TIMER_FAST 0x10u
#define SOURCE_TIMERS 0x0fu
#define SOURCE_PERIPHERALS 0x100u

/* ... and the peripherals' controller's. */
enum {
    PENDING = 0x04 / 4, /* two words, as the next ones */
    ENABLE = 0x10 / 4,
    DISABLE = 0x1c / 4,
    FAST_CONTROL = 0x0c / 4,
    DISABLE_BASIC = 0x24 / 4,
};

static struct {
    volatile uint32_t *local, *peripherals;
    void (*handler[LINES])(void);
} chip;

void irqchip_init(void)
{
    const uint64_t *base = boot_info.platform.irqchip_base;

    chip.local = kspace_map_device(paddr(base[0]), PAGE_SIZE);
    chip.peripherals = kspace_map_device(paddr(base[1]), 0x100);
    chip.local[LOCAL_TIMER_ENABLE] = 0;
    chip.peripherals[FAST_CONTROL] = 0;
    chip.peripherals[DISABLE] = UINT32_MAX;
    chip.peripherals[DISABLE + 1] = UINT32_MAX;
    chip.peripherals[DISABLE_BASIC] = UINT32_MAX;
}

void irqchip_connect(unsigned line, void (*handler)(void))
{
    ASSERT(line < FIRST_LOCAL + LOCAL_TIMERS);
    ASSERT(chip.handler[line] == NULL);
    chip.handler[line] = handler;
    if (line >= FIRST_LOCAL)
        chip.local[LOCAL_TIMER_ENABLE] |= 1u << (line - FIRST_LOCAL);
    else
        chip.peripherals[ENABLE + line / 32] = 1u << line % 32;
}

/* Only the lines of the processor's own timers can be fast interrupts here. */
bool irqchip_connect_unmaskable(unsigned line)
{
    if (line < FIRST_LOCAL || line >= FIRST_LOCAL + LOCAL_TIMERS)
        return false;
    chip.local[LOCAL_TIMER_ENABLE] |= TIMER_FAST << (line - FIRST_LOCAL);
    return true;
}

/* Calls the handlers of the lines that are set in bits. */
static void serve_bits(uint32_t bits, unsigned first)
{
    for (; bits != 0; bits &= bits - 1) {
        unsigned line = first + (unsigned)__builtin_ctz(bits);

        if (chip.handler[line] != NULL)
            chip.handler[line]();
    }
}

/* Every line stays up until its device has been served: nothing to end. */
void irqchip_serve(unsigned vector)
{
    uint32_t source = chip.local[LOCAL_SOURCE];

    (void)vector;
    serve_bits(source & SOURCE_TIMERS, FIRST_LOCAL);
    if (source & SOURCE_PERIPHERALS) {
        serve_bits(chip.peripherals[PENDING], 0);
        serve_bits(chip.peripherals[PENDING + 1], 32);
    }
}
