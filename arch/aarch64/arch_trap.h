/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Numbers that entry.S and the C files of this folder share.
 */
#ifndef ARCH_TRAP_H
#define ARCH_TRAP_H

/* The four kinds of vector, for struct arch_context.vector. */
#define VECTOR_SYNC 0
#define VECTOR_IRQ 1
#define VECTOR_FIQ 2
#define VECTOR_SERROR 3

/* Offset in struct arch_context of what entry.S stores, and offsets and size
 * of that. */
#define CONTEXT_REGISTERS 528
#define CONTEXT_SP 248
#define CONTEXT_PC 256
#define CONTEXT_ESR 272
#define CONTEXT_VECTOR 288
#define CONTEXT_SIZE 304

/* The processor state of an actor: EL0, nothing masked. */
#define PSR_USER 0

/* Classes of exception in ESR_EL1. */
#define ESR_CLASS_SHIFT 26
#define ESR_CLASS_UNKNOWN 0x00
#define ESR_CLASS_FPU_CLOSED 0x07
#define ESR_CLASS_ILLEGAL_STATE 0x0e
#define ESR_CLASS_SYSCALL 0x15
#define ESR_CLASS_SYSTEM 0x18
#define ESR_CLASS_FETCH_USER 0x20
#define ESR_CLASS_FETCH 0x21
#define ESR_CLASS_PC_ALIGNMENT 0x22
#define ESR_CLASS_DATA_USER 0x24
#define ESR_CLASS_DATA 0x25
#define ESR_CLASS_SP_ALIGNMENT 0x26
#define ESR_CLASS_FLOAT 0x2c
#define ESR_CLASS_BREAKPOINT_FIRST 0x30
#define ESR_CLASS_BREAKPOINT_LAST 0x3c

/* SCTLR_EL1: with the bits that must be 1, and with MMU, caches, stack
 * alignment checks, write implies execute-never, and of EL0's favours cache
 * zeroing and the cache type register. */
#define SCTLR_OFF 0x30d00800
#define SCTLR_ON 0x30ddd81d
#define SCTLR_SPAN 0x00800000 /* 0: a trap forbids access to user memory */

/* The number of the call that stores all registers of its caller at once:
 * TRAP_CALL_WHOLE of kernel/trap.h. */
#define CALL_WHOLE 9

#endif
