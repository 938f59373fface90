/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Resetting the machine, switching it off, and telling an emulator how the
 * run ended.
 */
#ifndef DRIVERS_POWER_H
#define DRIVERS_POWER_H

#include "boot/boot_info.h"

/* Finds the power registers while the loader's tables can still be read. */
void power_find(struct boot_platform *platform);

/* Resets the machine through its firmware.  RAM is cleaned out of the caches
 * first, so that a bank survives where the machine keeps RAM. */
_Noreturn void power_reset(void);

/* Switches the machine off; on one that cannot, stops it. */
_Noreturn void power_off(void);

/* Ends a run that failed: an emulator exits with an error, a board stops. */
_Noreturn void power_fail(void);

#endif
