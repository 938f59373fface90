/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Version 2 of the generic interrupt controller: the processor's interface is
 * in memory.
 */
#include "boot/boot_info.h"
#include "drivers/gic.h"
#include "mm/kspace.h"

#define INTERFACE_SIZE 0x2000

/* Registers of the interface, as indexes of 32-bit words. */
enum {
    INTERFACE_CONTROL = 0x00 / 4,
    PRIORITY_MASK = 0x04 / 4,
    ACKNOWLEDGE = 0x0c / 4,
    END = 0x10 / 4,
    ACTIVE_PRIORITIES = 0xd0 / 4, /* four words a group */
};

/* Both groups; group 0 as fast interrupts; group 1 is acknowledged as it.  To
 * whom the groups do not belong the lowest bit is all there is. */
#define INTERFACE_ON 0x0fu
#define DISTRIBUTOR_ON 0x03u
#define GROUP_1 UINT32_MAX

#define LINE_MASK 0x3ffu
#define TYPE_LINES 0x1fu /* in units of 32, less one */

static struct {
    volatile uint32_t *interface;
    uint32_t acknowledged; /* with the bits beside the line that END wants */
    uint32_t self;         /* this processor's bit, as a target */
} gic;

static void init(volatile uint32_t *distributor)
{
    unsigned lines = ((distributor[GIC_TYPE] & TYPE_LINES) + 1) * 32;

    gic.interface = kspace_map_device(
        paddr(boot_info.platform.irqchip_base[1]), INTERFACE_SIZE);
    gic.self = distributor[GIC_TARGETS] & 0xff;
    for (unsigned line = 0; line < lines; line += 32)
        gic_mask_lines(distributor, line, GROUP_1);
    for (unsigned i = 0; i < 2 * 4; i++)
        gic.interface[ACTIVE_PRIORITIES + i] = 0;
    gic.interface[PRIORITY_MASK] = GIC_PRIORITY_MASK;
    gic.interface[INTERFACE_CONTROL] = INTERFACE_ON;
    distributor[GIC_CONTROL] = DISTRIBUTOR_ON;
}

static void unmask(volatile uint32_t *distributor, unsigned line)
{
    volatile uint8_t *targets = (volatile uint8_t *)&distributor[GIC_TARGETS];

    if (line >= GIC_PRIVATE_LINES)
        targets[line] = (uint8_t)gic.self;
    gic_set_bit(&distributor[GIC_ENABLE], line);
}

static unsigned acknowledge(void)
{
    gic.acknowledged = gic.interface[ACKNOWLEDGE];
    return gic.acknowledged & LINE_MASK;
}

static void end(unsigned line)
{
    (void)line;
    gic.interface[END] = gic.acknowledged;
}

static bool make_fast(volatile uint32_t *distributor, unsigned line)
{
    return gic_move_fast(distributor, line);
}

const struct gic_version gic_v2 = {init, unmask, acknowledge, end, make_fast};
