/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Into the kernel and out of it.  From user mode every way in stores the
 * registers straight into the running thread's struct arch_context, at whose
 * registers the kernel's stack pointer stands while an actor runs; the
 * kernel's own stack is then entered at its top, empty.
 */
#include "arch_trap.h"

#define SPARE_STACK_SIZE 4096

    .text

/* Fast interrupts stay unmasked: one is the watchdog's bark, and nobody returns
 * from it, so it may come at any instruction.  The processor masks them at each
 * exception. */
    .macro user_vector kind
    .balign 128
    .if \kind != VECTOR_FIQ
    msr daifclr, #1
    .endif
    stp x0, x1, [sp]
    mov x0, #\kind
    b from_user
    .endm

/* The same for what is mostly a system call, which needs less. */
    .macro user_vector_sync
    .balign 128
    msr daifclr, #1
    stp x0, x1, [sp]
    mrs x0, esr_el1
    lsr x0, x0, #ESR_CLASS_SHIFT
    cmp x0, #ESR_CLASS_SYSCALL
    b.eq from_call
    mov x0, #VECTOR_SYNC
    b from_user
    .endm

/* Here nothing is known to be storable yet.  TPIDR_EL1 and TPIDRRO_EL0 are
 * used for nothing else; an actor, which could read the second one, finds it
 * empty. */
    .macro kernel_vector kind
    .balign 128
    msr daifclr, #1
    msr tpidr_el1, x0
    msr tpidrro_el0, x1
    mov x1, #\kind
    b from_kernel
    .endm

    .macro kernel_vector_fast
    .balign 128
    msr tpidr_el1, x0
    msr tpidrro_el0, x1
    spare_stack VECTOR_FIQ
    .endm

/* What may come while the kernel's stack is unusable has its own. */
    .macro spare_stack kind
    mov x1, sp
    adrp x0, spare_stack_top
    mov sp, x0
    sub sp, sp, #CONTEXT_SIZE
    str x1, [sp, #CONTEXT_SP]
    mov x1, #\kind
    b store_fault
    .endm

/* What a system call stores, where it returns to, and what C functions do not
 * touch. */
    .macro store_call
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    str x30, [sp, #240]
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x2, x3, [sp, #CONTEXT_PC]
    .endm

    .macro store_kept base
    stp x18, x19, [\base, #144]
    stp x20, x21, [\base, #160]
    stp x22, x23, [\base, #176]
    stp x24, x25, [\base, #192]
    stp x26, x27, [\base, #208]
    stp x28, x29, [\base, #224]
    .endm

/* x2 to x30, where to and why; x0 is the vector. */
    .macro store_registers
    store_call
    store_kept sp
    mrs x2, esr_el1
    mrs x3, far_el1
    stp x2, x3, [sp, #CONTEXT_ESR]
    str x0, [sp, #CONTEXT_VECTOR]
    .endm

    .macro load_kept
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    .endm

    .macro load_call
    ldp x2, x3, [sp, #CONTEXT_PC]
    msr elr_el1, x2
    msr spsr_el1, x3
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldr x30, [sp, #240]
    ldp x2, x3, [sp, #16]
    ldp x0, x1, [sp]
    .endm

    .balign 2048
    .global entry_vectors
entry_vectors:
    kernel_vector VECTOR_SYNC       /* with SP_EL0, which the kernel */
    kernel_vector VECTOR_IRQ        /* never uses */
    kernel_vector_fast
    kernel_vector VECTOR_SERROR
    kernel_vector VECTOR_SYNC
    kernel_vector VECTOR_IRQ
    kernel_vector_fast
    kernel_vector VECTOR_SERROR
    user_vector_sync
    user_vector VECTOR_IRQ
    user_vector VECTOR_FIQ
    user_vector VECTOR_SERROR
    kernel_vector VECTOR_SYNC       /* 32-bit mode, which no actor has */
    kernel_vector VECTOR_IRQ
    kernel_vector_fast
    kernel_vector VECTOR_SERROR

from_user:
    store_registers
    mrs x2, sp_el0
    str x2, [sp, #CONTEXT_SP]   /* for reports */
    sub x0, sp, #CONTEXT_REGISTERS
    adrp x1, kernel_stack_top
    mov sp, x1
    mov x29, xzr
    mov x30, xzr
    bl trap_from_user

/* arch_enter_user(context) */
    .global arch_enter_user
arch_enter_user:
    adrp x1, entry_left
    str xzr, [x1, :lo12:entry_left]
    add sp, x0, #CONTEXT_REGISTERS
    load_kept
    load_call
    eret

from_call:
    store_call
    cmp x8, #CALL_WHOLE
    b.eq store_whole
1:  sub x0, sp, #CONTEXT_REGISTERS
    adrp x1, kernel_stack_top
    mov sp, x1
    bl trap_syscall
    adrp x2, entry_left
    ldr x1, [x2, :lo12:entry_left]
    cbnz x1, leave_for_another
    add sp, x0, #CONTEXT_REGISTERS
    load_call
    eret

/* The caller wants to be reported. */
store_whole:
    store_kept sp
    mrs x2, sp_el0
    str x2, [sp, #CONTEXT_SP]
    b 1b

/* The thread that made the call does not go on.  The registers that it left
 * in the processor go where they belong, the next one's come. */
leave_for_another:
    add x1, x1, #CONTEXT_REGISTERS
    store_kept x1
    b arch_enter_user

/* A fault of the kernel's own, or an interrupt that arch_idle() let in.  When
 * the stack is used up, or its pointer has gone astray, storing there would
 * fault again and again. */
from_kernel:
    adrp x0, kernel_stack
    add x0, x0, #CONTEXT_SIZE
    cmp sp, x0
    b.lo no_stack
    adrp x0, kernel_stack_top
    cmp sp, x0
    b.hi no_stack
    mov x0, sp
    tst x0, #15
    b.ne no_stack
    sub sp, sp, #CONTEXT_SIZE
    str x0, [sp, #CONTEXT_SP]
store_fault:
    mrs x0, tpidr_el1
    str x0, [sp]
    mov x0, x1
    mrs x1, tpidrro_el0
    str x1, [sp, #8]
    msr tpidrro_el0, xzr
    store_registers
    sub x0, sp, #CONTEXT_REGISTERS
    bl trap_from_kernel
    load_kept
    load_call
    add sp, sp, #CONTEXT_SIZE
    eret

no_stack:
    spare_stack VECTOR_SYNC

/* void entry_fpu_save(uint8_t *fpu), void entry_fpu_load(const uint8_t *fpu) */
    .global entry_fpu_save, entry_fpu_load
entry_fpu_save:
    stp q0, q1, [x0]
    stp q2, q3, [x0, #32]
    stp q4, q5, [x0, #64]
    stp q6, q7, [x0, #96]
    stp q8, q9, [x0, #128]
    stp q10, q11, [x0, #160]
    stp q12, q13, [x0, #192]
    stp q14, q15, [x0, #224]
    stp q16, q17, [x0, #256]
    stp q18, q19, [x0, #288]
    stp q20, q21, [x0, #320]
    stp q22, q23, [x0, #352]
    stp q24, q25, [x0, #384]
    stp q26, q27, [x0, #416]
    stp q28, q29, [x0, #448]
    stp q30, q31, [x0, #480]
    mrs x1, fpsr
    mrs x2, fpcr
    add x0, x0, #512
    stp x1, x2, [x0]
    ret

entry_fpu_load:
    ldp q0, q1, [x0]
    ldp q2, q3, [x0, #32]
    ldp q4, q5, [x0, #64]
    ldp q6, q7, [x0, #96]
    ldp q8, q9, [x0, #128]
    ldp q10, q11, [x0, #160]
    ldp q12, q13, [x0, #192]
    ldp q14, q15, [x0, #224]
    ldp q16, q17, [x0, #256]
    ldp q18, q19, [x0, #288]
    ldp q20, q21, [x0, #320]
    ldp q22, q23, [x0, #352]
    ldp q24, q25, [x0, #384]
    ldp q26, q27, [x0, #416]
    ldp q28, q29, [x0, #448]
    ldp q30, q31, [x0, #480]
    add x0, x0, #512
    ldp x1, x2, [x0]
    msr fpsr, x1
    msr fpcr, x2
    ret

    .section .bss
    .balign 4096
    .skip SPARE_STACK_SIZE
    .balign 4096
spare_stack_top:
    .skip 16
