/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Limits: what an actor may have, from the command line, and what each is
 * promised.  mm/quota.h keeps the accounts.
 */
#ifndef KERNEL_LIMITS_H
#define KERNEL_LIMITS_H

#include "kernel/actor.h"

/* Reads the limits.  The bank is open, and no actor is there yet. */
void limits_init(void);

/* Promises an actor that has its image, and nothing else, the memory that a
 * life begins with.  K_OK or K_ENOMEM. */
KnError limits_promise(struct actor *actor) __attribute__((warn_unused_result));

/* Whether a caller may start another member of its group.  K_OK or K_EFULL. */
KnError limits_child(const struct actor *caller)
    __attribute__((warn_unused_result));

/* Tells what an actor has and may have. */
void limits_describe(const struct actor *actor, KnActorQuota *quota);

#endif
