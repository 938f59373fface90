/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Assertions stay on: a kernel that goes on after a broken invariant writes
 * nonsense into memory that outlives it.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

#include "kernel/panic.h"

/* All of it is one string: what an assertion costs is the comparison, and one
 * call that is never made. */
#define ASSERT(c)                                                              \
    ((c) ? (void)0 : assert_failed(#c ", " __FILE__ ":" ASSERT_TEXT(__LINE__)))
#define ASSERT_TEXT(number) ASSERT_TEXT_OF(number)
#define ASSERT_TEXT_OF(number) #number

_Noreturn void assert_failed(const char *what) __attribute__((cold));

#endif
