/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Whether all that the kernel keeps agrees with itself.
 */
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

/* Begins to watch the frames: all that are taken now are the kernel's own,
 * for good.  Before the first actor. */
void check_init(void);

/* Goes through every actor, thread, region, page table, account and block:
 * NULL, or words for the first thing that does not agree.  Slow; changes
 * nothing. */
const char *check_all(void);

#endif
