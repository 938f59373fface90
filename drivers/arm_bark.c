/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A bark from Arm's generic timer: its physical face, which the clock leaves
 * alone (arm_timer.c), as a fast interrupt.  The kernel masks ordinary ones
 * only.
 */
#include "arch/aarch64/cpu.h"
#include "boot/boot_info.h"
#include "drivers/bark.h"
#include "drivers/irqchip.h"
#include "kernel/assert.h"

#define CONTROL_ENABLE 1u
#define CONTROL_RINGS 4u

CPU_REGISTER(cntp_ctl, "cntp_ctl_el0")
CPU_REGISTER(cntp_cval, "cntp_cval_el0")
CPU_REGISTER(cntpct, "cntpct_el0")

static struct {
    uint64_t period; /* clocks; 0: it does not run */
} bark;

const char *bark_init(void)
{
    bark_stop();
    if (boot_info.platform.bark_line == 0 ||
        !irqchip_connect_unmaskable(boot_info.platform.bark_line))
        return NULL;
    return "FIQ from the physical timer";
}

void bark_start(unsigned period_ms)
{
    bark.period = (uint64_t)boot_info.platform.clock_hz * period_ms / 1000;
    ASSERT(bark.period > 0);
    bark_feed();
    cntp_ctl_write(CONTROL_ENABLE);
}

void bark_feed(void)
{
    if (bark.period != 0)
        cntp_cval_write(cntpct_read() + bark.period);
    else
        cntp_ctl_write(0); /* it may be an earlier kernel's that runs */
}

void bark_stop(void)
{
    bark.period = 0;
    cntp_ctl_write(0);
}

bool bark_is_due(void)
{
    return (cntp_ctl_read() & CONTROL_RINGS) != 0;
}
