/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Power and reset by PSCI, a call to the firmware (or to a hypervisor).
 */
#include "arch/aarch64/cpu.h"
#include "arch/arch.h"
#include "drivers/power.h"
#include "drivers/semihosting.h"

#define SYSTEM_OFF 0x84000008
#define SYSTEM_RESET 0x84000009

/* The device tree has told all there is. */
void power_find(struct boot_platform *platform)
{
    (void)platform;
}

static void call(uint64_t function)
{
    register uint64_t x0 __asm__("x0") = function;

    if (boot_info.platform.psci == PSCI_HVC)
        __asm__ volatile("hvc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
    if (boot_info.platform.psci == PSCI_SMC)
        __asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
}

void power_reset(void)
{
    cpu_cache_clean_all();
    call(SYSTEM_RESET);
    arch_halt();
}

void power_off(void)
{
    call(SYSTEM_OFF);
    arch_halt();
}

void power_fail(void)
{
    semihosting_fail();
}
