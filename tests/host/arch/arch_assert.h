/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What stands where an assertion does not hold: here a call (fake.c).
 */
#ifndef ARCH_ASSERT_H
#define ARCH_ASSERT_H

_Noreturn void fake_assert_failed(const char *what) __attribute__((cold));

#define ARCH_ASSERT_FAILED(text) fake_assert_failed(text)

#endif
