/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Version 3 of the generic interrupt controller: the processor's interface is
 * in its own registers, and its private lines have a redistributor.
 */
#include "arch/aarch64/cpu.h"
#include "boot/boot_info.h"
#include "drivers/gic.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

/* A redistributor is two frames of 64 KiB: itself, and its lines. */
#define FRAME_SIZE 0x10000
#define REDISTRIBUTOR_WORDS (2 * FRAME_SIZE / 4)
#define LINES_WORDS (FRAME_SIZE / 4)
#define PROCESSORS_MAX 8 /* that we search for our own */

enum {
    AFFINITY_HIGH = 0x0c / 4, /* the upper half of the type register */
    TYPE_LOW = 0x08 / 4,
    WAKE = 0x14 / 4,
    ROUTES = 0x6000 / 4, /* two words a line */
};
#define TYPE_LAST 0x10u
#define WAKE_ASLEEP 0x02u
#define WAKE_CHILDREN_ASLEEP 0x04u

/* Routes by affinity; lines of group 1 for this security state. */
#define CONTROL_ON 0x12u
#define CONTROL_GROUP_0 0x01u
#define CONTROL_ONE_STATE 0x40u
#define CONTROL_BUSY 0x80000000u
#define GROUP_1 UINT32_MAX
#define TYPE_LINES 0x1fu

/* Of ICC_CTLR_EL1: bits of a priority, less one. */
#define INTERFACE_PRIORITY_SHIFT 8
#define INTERFACE_PRIORITY_MASK 7

#define POLLS_MAX 1000000

CPU_REGISTER(gic_system, "s3_0_c12_c12_5")    /* ICC_SRE_EL1 */
CPU_REGISTER(gic_mask, "s3_0_c4_c6_0")        /* ICC_PMR_EL1 */
CPU_REGISTER(gic_group0, "s3_0_c12_c12_6")    /* ICC_IGRPEN0_EL1 */
CPU_REGISTER(gic_group1, "s3_0_c12_c12_7")    /* ICC_IGRPEN1_EL1 */
CPU_REGISTER(gic_control, "s3_0_c12_c12_4") /* ICC_CTLR_EL1 */
CPU_REGISTER(gic_interrupt, "s3_0_c12_c12_0") /* ICC_IAR1_EL1 */
CPU_REGISTER(gic_end, "s3_0_c12_c12_1")       /* ICC_EOIR1_EL1 */

/* Which priorities are in service: ICC_AP0Rn_EL1, ICC_AP1Rn_EL1. */
CPU_REGISTER(gic_active0_0, "s3_0_c12_c8_4")
CPU_REGISTER(gic_active0_1, "s3_0_c12_c8_5")
CPU_REGISTER(gic_active0_2, "s3_0_c12_c8_6")
CPU_REGISTER(gic_active0_3, "s3_0_c12_c8_7")
CPU_REGISTER(gic_active1_0, "s3_0_c12_c9_0")
CPU_REGISTER(gic_active1_1, "s3_0_c12_c9_1")
CPU_REGISTER(gic_active1_2, "s3_0_c12_c9_2")
CPU_REGISTER(gic_active1_3, "s3_0_c12_c9_3")

static struct {
    volatile uint32_t *lines; /* of this processor's redistributor */
} gic;

/* The processor's number as the redistributors write it. */
static uint32_t affinity(void)
{
    uint64_t id = mpidr_read();

    return (uint32_t)(id & 0xffffff) | (uint32_t)(id >> 32 & 0xff) << 24;
}

static volatile uint32_t *redistributor_find(void)
{
    volatile uint32_t *at = kspace_map_device(
        paddr(boot_info.platform.irqchip_base[1]),
        PROCESSORS_MAX * 2 * FRAME_SIZE);

    for (unsigned i = 0; i < PROCESSORS_MAX; i++) {
        if (at[AFFINITY_HIGH] == affinity())
            return at;
        if (at[TYPE_LOW] & TYPE_LAST)
            break;
        at += REDISTRIBUTOR_WORDS;
    }
    panic("the GIC has no redistributor for this processor");
}

static void redistributor_wake(volatile uint32_t *redistributor)
{
    redistributor[WAKE] &= ~WAKE_ASLEEP;
    for (int i = 0; i < POLLS_MAX; i++) {
        if ((redistributor[WAKE] & WAKE_CHILDREN_ASLEEP) == 0)
            return;
    }
}

static void wait_while_busy(volatile uint32_t *distributor)
{
    for (int i = 0; i < POLLS_MAX; i++) {
        if ((distributor[GIC_CONTROL] & CONTROL_BUSY) == 0)
            return;
    }
}

/* With two security states group 0 is the other one's. */
static bool has_group_0(volatile uint32_t *distributor)
{
    return (distributor[GIC_CONTROL] & CONTROL_ONE_STATE) != 0;
}

/* After a warm restart nothing is in service any more.  Of the registers that
 * say what is, only those are there that the bits of a priority need. */
static void forget_group_0(unsigned bits)
{
    gic_active0_0_write(0);
    if (bits >= 6)
        gic_active0_1_write(0);
    if (bits >= 7) {
        gic_active0_2_write(0);
        gic_active0_3_write(0);
    }
}

static void forget_group_1(unsigned bits)
{
    gic_active1_0_write(0);
    if (bits >= 6)
        gic_active1_1_write(0);
    if (bits >= 7) {
        gic_active1_2_write(0);
        gic_active1_3_write(0);
    }
}

static unsigned priority_bits(void)
{
    return (gic_control_read() >> INTERFACE_PRIORITY_SHIFT &
            INTERFACE_PRIORITY_MASK) + 1;
}

static void init(volatile uint32_t *distributor)
{
    unsigned lines = ((distributor[GIC_TYPE] & TYPE_LINES) + 1) * 32;
    volatile uint32_t *redistributor = redistributor_find();

    wait_while_busy(distributor);
    redistributor_wake(redistributor);
    gic.lines = redistributor + LINES_WORDS;
    gic_mask_lines(gic.lines, 0, GROUP_1);
    for (unsigned line = GIC_PRIVATE_LINES; line < lines; line += 32)
        gic_mask_lines(distributor, line, GROUP_1);
    wait_while_busy(distributor);
    gic_system_write(gic_system_read() | 1);
    if (has_group_0(distributor))
        forget_group_0(priority_bits());
    forget_group_1(priority_bits());
    gic_mask_write(GIC_PRIORITY_MASK);
    gic_group1_write(1);
    distributor[GIC_CONTROL] = CONTROL_ON;
    wait_while_busy(distributor);
}

static void unmask(volatile uint32_t *distributor, unsigned line)
{
    if (line < GIC_PRIVATE_LINES) {
        gic_set_bit(&gic.lines[GIC_ENABLE], line);
        return;
    }
    distributor[ROUTES + line * 2] = affinity() & 0xffffff;
    distributor[ROUTES + line * 2 + 1] = affinity() >> 24;
    gic_set_bit(&distributor[GIC_ENABLE], line);
}

static unsigned acknowledge(void)
{
    unsigned line = (unsigned)gic_interrupt_read();

    cpu_barrier();
    return line;
}

static void end(unsigned line)
{
    gic_end_write(line);
}

static bool make_fast(volatile uint32_t *distributor, unsigned line)
{
    if (!has_group_0(distributor) || !gic_move_fast(gic.lines, line))
        return false;
    gic_group0_write(1);
    distributor[GIC_CONTROL] |= CONTROL_GROUP_0;
    wait_while_busy(distributor);
    return true;
}

const struct gic_version gic_v3 = {init, unmask, acknowledge, end, make_fast};
