/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Assertions stay on: a kernel that goes on after a broken invariant writes
 * nonsense into memory that outlives it.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

#include "arch_assert.h"
#include "kernel/panic.h"

/* What it costs is the comparison, and one instruction that is never executed:
 * it faults, and a table says what was asserted there, all of it one string. */
#define ASSERT(c)                                                              \
    (__builtin_expect(!!(c), 1)                                                \
         ? (void)0                                                             \
         : ARCH_ASSERT_FAILED(#c ", " __FILE__ ":" ASSERT_TEXT(__LINE__)))
#define ASSERT_TEXT(number) ASSERT_TEXT_OF(number)
#define ASSERT_TEXT_OF(number) #number

#endif
