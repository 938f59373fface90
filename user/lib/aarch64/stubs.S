/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One function for each line of kernel/syscall.def.  The number goes in x8,
 * the arguments stay in x0 to x5, where C has put them, the result comes in
 * x0; no other register is lost.
 *
 * A call is known by its own name, and as sys_<name> to this library, where
 * a C function of the same name stands in front of it (the name is weak).
 * Each has a section of its own: an actor holds only those that it uses.
 */
#define SYSCALL(number, name, ...)                 \
    .section .text.name, "ax", %progbits;          \
    .weak name;                                    \
    .globl sys_##name;                             \
    .type name, %function;                         \
    .type sys_##name, %function;                   \
name:                                              \
sys_##name:                                        \
    mov x8, number;                                \
    svc 0;                                         \
    ret;                                           \
    .size name, . - name;                          \
    .size sys_##name, . - sys_##name;

#include "kernel/syscall.def"

    .section .note.GNU-stack, "", %progbits
