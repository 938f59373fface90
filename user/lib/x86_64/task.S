/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the thread of a task begins: the kernel enters here with the stack
 * pointer on a multiple of 16, C wants that before a call.
 */
    .section .text.task_entry, "ax", @progbits
    .globl task_entry
    .type task_entry, @function
task_entry:
    xor %ebp, %ebp    /* the outermost frame: a backtrace ends here */
    call task_body
    ud2               /* task_body() does not return */
    .size task_entry, . - task_entry

    .section .note.GNU-stack, "", @progbits
