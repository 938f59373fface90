/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which RAM survives a reset of this machine: the test with which the place
 * of a bank is chosen on a new board.
 */
#ifndef KERNEL_RETENTION_H
#define KERNEL_RETENTION_H

#include "boot/boot_info.h"
#include "mm/frame.h"

/* Fills what RAM is free with a pattern, and resets the machine. */
_Noreturn void retention_run(void);

/* At a cold start, before any RAM is given away: looks for the pattern, tells
 * which ranges came back, and wipes it out.  Says nothing if there is none. */
void retention_report(const struct boot_info *info,
                      const struct frame_hole *holes, unsigned hole_count);

#endif
