/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Arm's generic interrupt controller: a distributor that versions 2 and 3
 * share (gic.c), and what differs between them (gic_v2.c, gic_v3.c).
 */
#ifndef DRIVERS_GIC_H
#define DRIVERS_GIC_H

#include <stdbool.h>
#include <stdint.h>

/* Lines 0-31 are the processor's own; 1020 and above are not lines. */
#define GIC_PRIVATE_LINES 32
#define GIC_LINES_MAX 1020

/* Of two things the middle, so that all lines have the same priority. */
#define GIC_PRIORITY 0xa0a0a0a0u
#define GIC_PRIORITY_MASK 0xff

/* Before all of them, so that one that is being served does not keep it off. */
#define GIC_PRIORITY_FAST 0x20

struct gic_version {
    /* Masks the private lines and lets the others through. */
    void (*init)(volatile uint32_t *distributor);
    /* Routes a line to this processor and unmasks it. */
    void (*unmask)(volatile uint32_t *distributor, unsigned line);
    unsigned (*acknowledge)(void);
    void (*end)(unsigned line);
    /* Makes a private line a fast interrupt; false: others decide that. */
    bool (*make_fast)(volatile uint32_t *distributor, unsigned line);
};

extern const struct gic_version gic_v2, gic_v3;

/* Registers that distributor and redistributor have in the same places, as
 * indexes of 32-bit words. */
enum gic_register {
    GIC_CONTROL = 0x000 / 4,
    GIC_TYPE = 0x004 / 4,
    GIC_GROUP = 0x080 / 4,
    GIC_ENABLE = 0x100 / 4,
    GIC_DISABLE = 0x180 / 4,
    GIC_NOT_PENDING = 0x280 / 4,
    GIC_NOT_ACTIVE = 0x380 / 4,
    GIC_PRIORITIES = 0x400 / 4,
    GIC_TARGETS = 0x800 / 4, /* version 2 */
};

/* Masks the lines from first on, up to the next multiple of 32, and forgets
 * what they had: an interrupt may be in service after a warm restart. */
void gic_mask_lines(volatile uint32_t *registers, unsigned first,
                    uint32_t group);

/* Puts a private line into group 0, which is that of fast interrupts, and
 * unmasks it.  False: the groups are not ours. */
bool gic_move_fast(volatile uint32_t *registers, unsigned line);

static inline void gic_set_bit(volatile uint32_t *bits, unsigned line)
{
    bits[line / 32] = 1u << line % 32;
}

#endif
