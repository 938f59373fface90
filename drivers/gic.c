/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Interrupts of Arm's machines: the part of the generic interrupt controller
 * that its versions share.  Which one it is, the device tree says.
 */
#include "drivers/gic.h"

#include "boot/boot_info.h"
#include "drivers/irqchip.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

#define DISTRIBUTOR_SIZE 0x10000

static struct {
    const struct gic_version *version;
    volatile uint32_t *distributor;
    void (*handler[GIC_LINES_MAX])(void);
} gic;

void gic_mask_lines(volatile uint32_t *registers, unsigned first,
                    uint32_t group)
{
    registers[GIC_DISABLE + first / 32] = UINT32_MAX;
    registers[GIC_NOT_PENDING + first / 32] = UINT32_MAX;
    registers[GIC_NOT_ACTIVE + first / 32] = UINT32_MAX;
    registers[GIC_GROUP + first / 32] = group;
    for (unsigned line = first; line < first + 32; line += 4)
        registers[GIC_PRIORITIES + line / 4] = GIC_PRIORITY;
}

bool gic_move_fast(volatile uint32_t *registers, unsigned line)
{
    volatile uint8_t *priorities =
        (volatile uint8_t *)&registers[GIC_PRIORITIES];
    uint32_t bit = 1u << line;

    ASSERT(line < GIC_PRIVATE_LINES);
    if ((registers[GIC_GROUP] & bit) == 0)
        return false;
    registers[GIC_GROUP] &= ~bit;
    if (registers[GIC_GROUP] & bit)
        return false;
    priorities[line] = GIC_PRIORITY_FAST;
    gic_set_bit(&registers[GIC_ENABLE], line);
    return true;
}

void irqchip_init(void)
{
    const struct boot_platform *platform = &boot_info.platform;

    gic.version = platform->irqchip == IRQCHIP_GIC3 ? &gic_v3 : &gic_v2;
    gic.distributor = kspace_map_device(paddr(platform->irqchip_base[0]),
                                        DISTRIBUTOR_SIZE);
    gic.distributor[GIC_CONTROL] = 0;
    gic.version->init(gic.distributor);
}

void irqchip_connect(unsigned line, void (*handler)(void))
{
    ASSERT(line < GIC_LINES_MAX);
    ASSERT(gic.handler[line] == NULL);
    gic.handler[line] = handler;
    gic.version->unmask(gic.distributor, line);
}

bool irqchip_connect_unmaskable(unsigned line)
{
    return gic.version->make_fast(gic.distributor, line);
}

void irqchip_serve(unsigned vector)
{
    unsigned line = gic.version->acknowledge();

    (void)vector; /* the controller knows better */
    if (line >= GIC_LINES_MAX)
        return; /* it has gone away: nothing to end */
    if (gic.handler[line] != NULL)
        gic.handler[line]();
    gic.version->end(line);
}
