/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Arm's generic timer: a counter and a comparator in the processor.  Of its
 * faces we use the virtual one, which EL1 has whoever started it.
 */
#include "arch/aarch64/cpu.h"
#include "arch/arch.h"
#include "drivers/alarm.h"
#include "drivers/irqchip.h"
#include "kernel/trap.h"

#define CONTROL_ENABLE 1

/* The line stays up until the comparator is set anew. */
static void timer_interrupt(void)
{
    cntv_ctl_write(0);
    trap_tick();
}

struct alarm_rates alarm_init(struct boot_platform *platform)
{
    if (platform->clock_hz == 0) {
        platform->clock_hz = (uint32_t)cntfrq_read();
        boot_info_seal();
    }
    cntv_ctl_write(0);
    irqchip_connect(platform->timer_line, timer_interrupt);
    return (struct alarm_rates){platform->clock_hz, platform->clock_hz};
}

void alarm_start(uint64_t ticks)
{
    cntv_cval_write(arch_clock() + ticks);
    cntv_ctl_write(CONTROL_ENABLE);
}

void alarm_stop(void)
{
    cntv_ctl_write(0);
}
