/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One page of code that goes wrong, in every way that an actor can: for the
 * console's command `fault`, which puts a copy of it into another actor.  It
 * knows no address but its own.
 */
#define SYSCALL(number, name, ...) .set CALL_##name, number;
#include "kernel/syscall.def"

    .macro provoke name
    .pushsection .rodata.k_provokes, "a", @progbits
1:  .ascii "\name"
    .zero 16 - (. - 1b)
    .quad provoke_\name - k_provoke_page
    .popsection
provoke_\name:
    .endm

    .section .rodata.k_provokes, "a", @progbits
    .balign 8
    .globl k_provokes
k_provokes:

    .section .text.k_provoke, "ax", @progbits
    .balign 4096
    .globl k_provoke_page
k_provoke_page:

    provoke divide
    xor %edx, %edx
    xor %ecx, %ecx
    mov $1, %eax
    div %ecx

    provoke overflow            /* a quotient of more than 32 bits */
    mov $1, %edx
    xor %eax, %eax
    mov $1, %ecx
    div %ecx

    provoke float               /* with the exception switched on */
    fninit
    push $0x37b
    fldcw (%rsp)
    fld1
    fldz
    fdivrp
    fwait

    provoke illegal
    ud2

    provoke privileged
    hlt

    provoke breakpoint
    int3

    provoke data                /* to be executed */
    jmp *%rsp

    provoke text                /* to be written */
    movb $0, k_provoke_page(%rip)

    provoke kernel              /* its half of the addresses */
    mov $1, %rax
    shl $63, %rax
    sar $16, %rax
    movb $0, (%rax)

    provoke address             /* that is none: not canonical */
    mov $1, %rax
    shl $62, %rax
    movb $0, (%rax)

    provoke exit
    mov $3, %edi
    mov $CALL_actorExit, %eax
    syscall

    provoke abort
    lea words(%rip), %rdi
    mov $words_end - words, %esi
    mov $CALL_actorFault, %eax
    syscall
words:
    .ascii "provoked: it says so itself"
words_end:

    .balign 4096                /* nobody else's text is copied */

    .section .rodata.k_provokes
    .zero 24                    /* no name: the end */

    .section .note.GNU-stack, "", @progbits
