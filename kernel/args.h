/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The arguments and the environment that a life begins with.
 */
#ifndef KERNEL_ARGS_H
#define KERNEL_ARGS_H

#include "mm/aspace.h"

/* Whether spawn's strings add up. */
bool args_check(const KnActorSpawn *spawn);

/* Puts them on the main stack of space, which must be there, and sets the
 * arguments of main().  Returns the stack pointer. */
uint64_t args_build(const KnActorSpawn *spawn, const struct aspace *space,
                    uint64_t args[3]);

#endif
