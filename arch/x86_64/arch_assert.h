/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What stands where an assertion does not hold: an instruction that faults,
 * and a line of the table that kernel/panic.c looks it up in.
 */
#ifndef ARCH_ASSERT_H
#define ARCH_ASSERT_H

#define ARCH_ASSERT_FAILED(text)                                               \
    ({                                                                         \
        __asm__ volatile("1: ud2\n\t"                                          \
                         ".pushsection .rodata.asserts,\"a\"\n\t"              \
                         ".balign 4\n\t"                                       \
                         ".long 1b - ., %c0 - .\n\t"                           \
                         ".popsection"                                         \
                         :                                                     \
                         : "i"(text));                                         \
        __builtin_unreachable();                                               \
    })

#endif
