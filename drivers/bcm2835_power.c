/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Power and reset of a Raspberry Pi: its watchdog, which the boot loader in
 * the graphics processor asks where to go on from.
 */
#include "arch/aarch64/cpu.h"
#include "arch/arch.h"
#include "drivers/power.h"
#include "drivers/semihosting.h"

/* Registers, as indexes of 32-bit words; each write carries a password. */
enum {
    RESET_CONTROL = 0x1c / 4,
    RESET_STATUS = 0x20 / 4,
    WATCHDOG = 0x24 / 4,
};
#define PASSWORD 0x5a000000u
#define CONTROL_KIND 0x30u
#define CONTROL_FULL_RESET 0x20u
#define WATCHDOG_TICKS 10u /* of 16 us */

/* The partition to boot from, spread over the status: 63 means none. */
#define STATUS_PARTITION 0x555u

/* The device tree has told all there is. */
void power_find(struct boot_platform *platform)
{
    (void)platform;
}

static _Noreturn void watchdog_bite(uint32_t partition)
{
    volatile uint32_t *power =
        (volatile uint32_t *)boot_info.platform.power;
    uint32_t status, control;

    cpu_early_map(); /* there a physical address is a pointer, at any time */
    cpu_cache_clean_all();
    status = power[RESET_STATUS] & ~STATUS_PARTITION & 0xffffffu;
    control = power[RESET_CONTROL] & ~CONTROL_KIND & 0xffffffu;
    power[RESET_STATUS] = PASSWORD | status | partition;
    power[WATCHDOG] = PASSWORD | WATCHDOG_TICKS;
    power[RESET_CONTROL] = PASSWORD | control | CONTROL_FULL_RESET;
    arch_halt();
}

void power_reset(void)
{
    watchdog_bite(0);
}

/* The boot loader finds no partition 63 and leaves the processors off. */
void power_off(void)
{
    watchdog_bite(STATUS_PARTITION);
}

void power_fail(void)
{
    semihosting_fail();
}
