/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is the same on all machines about a restart in place: what it needs is
 * put by at a loader's start, and looked at when it comes.
 */
#ifndef BOOT_WARM_H
#define BOOT_WARM_H

#include <stdbool.h>

/* Puts by a hash of the image and a spare of it.  Early, with boot_info made
 * but not sealed. */
void warm_prepare(void);

/* Begins with what the last kernel has left, or resets the machine.  restored:
 * start.S has put the image right from the spare. */
void warm_begin(bool restored);

#endif
