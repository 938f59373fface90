/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the supervisor had not been told when the site was restarted in place:
 * a restart on credit is told a millisecond later (notice.c), and the kernel
 * may be gone by then.  It goes on in the boot record.
 */
#ifndef KERNEL_UNTOLD_H
#define KERNEL_UNTOLD_H

#include "kernel/abi.h"

/* Puts it into the boot record, which is whole, and which the caller seals.
 * Once: should it end in a panic, the next call does nothing. */
void untold_keep(void);

/* Takes what the last kernel has put there, crashes into the crash log.  Once
 * a start, when nobody else has a crash to tell yet. */
void untold_take(void);

/* How many lives an actor has had that is to come back as spawn says: what the
 * registry knows, or more, if the last kernel knew it. */
unsigned untold_restarts(const KnActorSpawn *spawn);

#endif
