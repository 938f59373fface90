/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a life begins with.
 */
#ifndef KERNEL_LIFE_H
#define KERNEL_LIFE_H

#include "kernel/actor.h"

/* Readies the space of an actor that does not run, and its first thread, which
 * can run then; nothing of that for a bare actor.  K_OK, K_ENOMEM or K_EFAIL;
 * then the space must be cleared. */
KnError life_build(struct actor *actor) __attribute__((warn_unused_result));

#endif
