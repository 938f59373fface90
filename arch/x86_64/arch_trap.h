/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Numbers that entry.S and the C files of this folder share.
 */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

/* Selectors; the last two bits are the privilege level. */
#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define USER_DATA 0x1b
#define USER_CODE 0x23
#define TASK_STATE 0x28
#define SPARE_CODE 0x38 /* the same as KERNEL_CODE: see tables.c */

#define VECTOR_NMI 2
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_ABSENT 11 /* a segment or gate is not present */
#define VECTOR_PAGE_FAULT 14
#define VECTOR_MACHINE_CHECK 18
#define VECTOR_LINES 32    /* the first that is not an exception */
#define VECTOR_STRAY 62    /* what nobody has asked for comes as this one */
#define VECTOR_COUNT 64    /* of those that differ */
#define VECTOR_SYSCALL 256 /* not a vector; for reports */

/* Exceptions for which the processor pushes an error code. */
#define ERROR_CODE_VECTORS 0x60227d00

/* Offsets in struct arch_context, and in the task state segment. */
#define CONTEXT_REGISTERS 512
#define CONTEXT_KEPT 528
#define CONTEXT_ARGS 576
#define CONTEXT_VECTOR 632
#define CONTEXT_CS 656
#define TSS_RSP0 4

/* Offsets from the arguments, where a call's context is entered and left. */
#define CALL_PC 72
#define CALL_FLAGS 88
#define CALL_STACK 96

/* The number of the call that stores all registers of its caller at once:
 * TRAP_CALL_WHOLE of kernel/trap.h. */
#define CALL_WHOLE 9

#endif
