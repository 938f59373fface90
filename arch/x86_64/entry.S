/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Into the kernel and out of it.  From user mode every way in stores the
 * registers straight into the running thread's struct arch_context, whose end
 * is where the processor's stack pointer is set by the TSS; the kernel's own
 * stack is then entered at its top, empty.
 */
#include "arch_trap.h"

    .text

/* What a system call stores, then all that C functions do not touch, then
 * what a call has overwritten. */
    .macro store_call
    push %rax
    push %r9
    push %r8
    push %r10
    push %rdx
    push %rsi
    push %rdi
    .endm

    .macro store_kept
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    .endm

    .macro load_kept
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    .endm

    .macro load_call
    pop %rdi
    pop %rsi
    pop %rdx
    pop %r10
    pop %r8
    pop %r9
    pop %rax
    .endm

/* One stub a vector, 16 bytes apart, as far as there are drivers for them; the
 * processor pushes an error code for some, for the others we do. */
    .balign 16
    .global entry_vectors
entry_vectors:
    .set vector, 0
    .rept VECTOR_COUNT
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
    store_call
    store_kept
    push %r11
    push %rcx
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
    mov %rax, %rdi

/* arch_enter_user(context) */
    .global arch_enter_user
arch_enter_user:
    movq $0, entry_left
    lea CONTEXT_REGISTERS(%rdi), %rsp

restore:
    pop %rcx
    pop %r11
    load_kept
    load_call
    add $16, %rsp               /* vector, error */
    iretq

/* A fault of the kernel's own, or an interrupt that arch_idle() let in. */
from_kernel:
    call trap_from_kernel
    jmp restore

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
    store_call
    cmp $CALL_WHOLE, %rax
    je store_whole
1:  lea -CONTEXT_ARGS(%rsp), %rdi
    mov $kernel_stack_top, %rsp
    call trap_syscall
    cmpq $0, entry_left
    jne leave_for_another
    lea CONTEXT_ARGS(%rax), %rsp

/* sysret wants a canonical address: in the kernel's mode it would fault on
 * the actor's stack.  What follows the last page that an actor can have is
 * made one, of the kernel's half, which the actor cannot reach. */
leave_call:
    load_call
    mov 16(%rsp), %rcx          /* rip */
    mov 32(%rsp), %r11          /* rflags */
    mov 40(%rsp), %rsp
    shl $16, %rcx
    sar $16, %rcx
    sysretq

/* The caller wants to be reported. */
store_whole:
    store_kept
    lea CONTEXT_ARGS - CONTEXT_KEPT(%rsp), %rsp
    jmp 1b

/* The thread that made the call does not go on.  The registers that it left
 * in the processor go where they belong, the next one's come. */
leave_for_another:
    mov entry_left, %rcx
    movq $0, entry_left
    lea CONTEXT_ARGS(%rcx), %rsp
    store_kept
    lea CONTEXT_KEPT(%rax), %rsp
    cmpl $VECTOR_SYSCALL, CONTEXT_VECTOR(%rax)
    jne 1f
    load_kept
    jmp leave_call
1:  lea CONTEXT_REGISTERS(%rax), %rsp
    jmp restore

    .section .bss
    .balign 8
entry_user_rsp:
    .skip 8
