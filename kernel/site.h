/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The larger restarts: of the site in place, and of the machine; and the loop
 * breaker, which stops a site that cannot stay up.
 */
#ifndef KERNEL_SITE_H
#define KERNEL_SITE_H

/* Begins to watch: a site that is up for SITE_STABLE_NS is stable. */
void site_init(void);

/* The watchdog has reset the machine: stops it if that has not helped. */
void site_bitten(void);

/* Restarts the site in place, without firmware; RAM is not touched. */
_Noreturn void site_restart(const char *reason);

/* Resets the machine. */
_Noreturn void site_reset(const char *reason);

/* Switches the machine off. */
_Noreturn void site_off(void);

/* After a panic: restarts in place, or, when that has not helped, resets the
 * machine, or, when that has not either, stops and says why. */
_Noreturn void site_recover(const char *reason);

#endif
