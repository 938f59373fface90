/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Into the kernel and out of it.  From user mode every way in stores the
 * registers straight into the running thread's struct arch_context, whose end
 * is where the processor's stack pointer is set by the TSS; the kernel's own
 * stack is then entered at its top, empty.
 */
#include "arch_trap.h"

    .text

    .macro store_registers
    push %rax
    push %rcx
    push %rdx
    push %rbx
    push %rbp
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

/* One stub a vector, 16 bytes apart; the processor pushes an error code for
 * some, for the others we do. */
    .balign 16
    .global entry_vectors
entry_vectors:
    .set vector, 0
    .rept 256
    .balign 16
    .if (ERROR_CODE_VECTORS >> (vector & 31)) & 1 && vector < 32
    .else
    push $0
    .endif
    push $vector
    jmp entry_common
    .set vector, vector + 1
    .endr

entry_common:
    store_registers
    cld
    cmpb $0, cpu_has_smap
    je 1f
    clac                        /* an actor may have set AC for itself */
1:  lea -CONTEXT_REGISTERS(%rsp), %rdi
    testb $3, CONTEXT_CS(%rdi)
    jz from_kernel
    cmpb $VECTOR_NMI, CONTEXT_VECTOR(%rdi)
    je from_kernel              /* these have stacks of their own, and no */
    cmpb $VECTOR_DOUBLE_FAULT, CONTEXT_VECTOR(%rdi)
    je from_kernel              /* way back */
    cmpb $VECTOR_MACHINE_CHECK, CONTEXT_VECTOR(%rdi)
    je from_kernel
    mov $kernel_stack_top, %rsp
    xor %ebp, %ebp
    call trap_from_user

leave:
    call trap_exit
    mov %rax, %rdi

/* arch_enter_user(context) */
    .global arch_enter_user
arch_enter_user:
    lea CONTEXT_REGISTERS(%rdi), %rsp
    jmp restore

/* A fault of the kernel's own, or an interrupt that arch_idle() let in. */
from_kernel:
    call trap_from_kernel

restore:
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rdi
    pop %rsi
    pop %rbp
    pop %rbx
    pop %rdx
    pop %rcx
    pop %rax
    add $16, %rsp               /* vector, error */
    iretq

/* The syscall instruction: no stack is switched, rcx and r11 hold the
 * caller's rip and rflags. */
    .global entry_syscall
entry_syscall:
    mov %rsp, entry_user_rsp
    mov cpu_tss + TSS_RSP0, %rsp
    push $USER_DATA
    push entry_user_rsp
    push %r11
    push $USER_CODE
    push %rcx
    push $0
    push $VECTOR_SYSCALL
    store_registers
    lea -CONTEXT_REGISTERS(%rsp), %rdi
    mov $kernel_stack_top, %rsp
    xor %ebp, %ebp
    call trap_syscall
    jmp leave

    .section .bss
    .balign 8
entry_user_rsp:
    .skip 8
