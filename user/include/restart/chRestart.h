/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Restarts of the whole site.
 */
#ifndef RESTART_CHRESTART_H
#define RESTART_CHRESTART_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Restarts the site as desc->mode tells; NULL means K_REBOOT_COLD.
 *
 *   K_REBOOT_COLD   reset of the machine
 *   K_REBOOT_HOT    the kernel in place, without firmware; the persistent
 *                   blocks stay, restartable actors come back
 *   K_REBOOT_OFF    power off (ours)
 *   K_REBOOT_PANIC  a kernel panic, for tests (ours)
 *   K_REBOOT_LOCKUP  the kernel loops with interrupts off, for tests: for ever,
 *                   unless the machine has a watchdog that runs (ours)
 *   K_REBOOT_RECOVER  K_REBOOT_HOT, unless some of those in a row have not
 *                   helped: then a reset, and in the end a stop (ours)
 *
 * Returns only if it fails.  Trusted actors; does not block.
 *
 *   K_EPRIV    the caller is not trusted
 *   K_EINVAL   another mode, K_REBOOT_NEW too
 *   K_EFAULT   desc leads outside the caller's space
 *
 * From sysReboot(2K), where the mode K_REBOOT_HOT is the system's own. */
int sysReboot(KnRebootDesc *desc);

/* Restarts the machine or the site as the command `shutdown` does: with "-i",
 * "0" or no arguments a reset of the machine, with "-i", "1" the site.  argv[0]
 * is not read.  Returns only if it fails: -1 and errno.  Trusted actors; does
 * not block.
 *
 *   EINVAL     other arguments
 *   EPERM      the caller is not trusted
 *
 * From sysShutdown(2K). */
int sysShutdown(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
