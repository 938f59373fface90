/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The arguments and the environment that a life begins with.
 */
#ifndef KERNEL_ARGS_H
#define KERNEL_ARGS_H

#include "mm/aspace.h"

/* Whether spawn's strings add up. */
bool args_check(const KnActorSpawn *spawn);

/* What they look like at the top of the stack, for the next life: few have so
 * many that it is not worth it. */
#define ARGS_KEPT_WORDS 64

struct args_kept {
    unsigned size; /* bytes; 0: not kept */
    uint64_t words[ARGS_KEPT_WORDS];
};

/* Puts those of spawn on the main stack of space, which must be there, and sets
 * the arguments of main().  kept belongs to spawn and is used, or made.
 * Returns the stack pointer. */
uint64_t args_build(struct args_kept *kept, const KnActorSpawn *spawn,
                    const struct aspace *space, uint64_t args[3]);

#endif
