/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a reset of the machine leaves of its RAM: all free RAM is filled with a
 * pattern before, and looked at after.  With this a place for the bank is
 * chosen on a board that nobody has tried yet; the kernel itself never
 * believes anything because of it.
 */
#ifndef KERNEL_RETENTION_H
#define KERNEL_RETENTION_H

#include "kernel/abi.h"
#include "mm/types.h"

/* Fills every free frame with the pattern, cleans it out of the caches and
 * resets the machine. */
_Noreturn void retention_fill(void);

/* Looks at the frames that nobody has been given since the start, from
 * look->startAddr on, and describes in *look the first run of them whose pages
 * are of one kind, at most RETENTION_LOOK_BYTES.  False: there are none.
 * Changes nothing but *look. */
bool retention_look(KnRetention *look) __attribute__((warn_unused_result));

#endif
