/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the thread of a task begins.
 */
    .section .text.task_entry, "ax", %progbits
    .globl task_entry
    .type task_entry, %function
task_entry:
    mov x29, xzr      /* the outermost frame: a backtrace ends here */
    mov x30, xzr
    bl task_body
    brk #0            /* task_body() does not return */
    .size task_entry, . - task_entry

    .section .note.GNU-stack, "", %progbits
