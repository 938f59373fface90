/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first instructions of an actor.  The kernel enters here with argc,
 * argv and envp in the argument registers, at the start of every life.
 */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp    /* the outermost frame: a backtrace ends here */
    and $-16, %rsp    /* as the ABI wants it before a call */
    call actor_start
    ud2               /* actor_start() does not return */
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
