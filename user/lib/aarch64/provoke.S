/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One page of code that goes wrong, in every way that an actor can: for the
 * console's command `fault`, which puts a copy of it into another actor.  It
 * knows no address but its own.  A division by zero is 0 on this processor, and
 * it has no floating-point exceptions.
 */
#define SYSCALL(number, name, ...) .set CALL_##name, number;
#include "kernel/syscall.def"

    .macro provoke name
    .pushsection .rodata.k_provokes, "a", %progbits
1:  .ascii "\name"
    .zero 16 - (. - 1b)
    .quad provoke_\name - k_provoke_page
    .popsection
provoke_\name:
    .endm

    .section .rodata.k_provokes, "a", %progbits
    .balign 8
    .globl k_provokes
k_provokes:

    .section .text.k_provoke, "ax", %progbits
    .balign 4096
    .globl k_provoke_page
k_provoke_page:

    provoke illegal
    udf 0

    provoke privileged
    mrs x0, sctlr_el1

    provoke breakpoint
    brk 0

    provoke unaligned           /* where the processor insists on it */
    sub x0, sp, 15
    ldaxr x1, [x0]

    provoke data                /* to be executed */
    sub x0, sp, 16
    br x0

    provoke text                /* to be written */
    adr x0, k_provoke_page
    strb wzr, [x0]

    provoke kernel              /* its half of the addresses */
    mov x0, -1
    lsl x0, x0, 47
    strb wzr, [x0]

    provoke address             /* that is none: in neither half */
    mov x0, 1
    lsl x0, x0, 54
    strb wzr, [x0]

    provoke exit
    mov x0, 3
    mov x8, CALL_actorExit
    svc 0

    provoke abort
    adr x0, words
    mov x1, words_end - words
    mov x8, CALL_actorFault
    svc 0
words:
    .ascii "provoked: it says so itself"
words_end:

    .balign 4096                /* nobody else's text is copied */

    .section .rodata.k_provokes
    .zero 24                    /* no name: the end */

    .section .note.GNU-stack, "", %progbits
