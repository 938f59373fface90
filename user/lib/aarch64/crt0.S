/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first instructions of an actor.  The kernel enters here with argc,
 * argv and envp in the argument registers, at the start of every life.
 */
    .section .text.start, "ax", %progbits
    .globl _start
    .type _start, %function
_start:
    mov x29, xzr      /* the outermost frame: a backtrace ends here */
    mov x30, xzr
    mov x3, sp
    and sp, x3, #-16  /* as the ABI wants it before a call */
    bl actor_start
    brk #0            /* actor_start() does not return */
    .size _start, . - _start

    .section .note.GNU-stack, "", %progbits
