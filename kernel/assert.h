/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Assertions stay on: a kernel that goes on after a broken invariant writes
 * nonsense into memory that outlives it.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

#include "kernel/panic.h"

#define ASSERT(c)                                                              \
    ((c) ? (void)0                                                             \
         : panic("assertion failed: %s, %s:%d", #c, __FILE__, __LINE__))

#endif
