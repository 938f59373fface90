/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tasks as the other files of this folder see them.  Not installed.
 */
#ifndef MICROKERNEL_LIB_TASK_H
#define MICROKERNEL_LIB_TASK_H

#include <microkernel/task.h>

/* The task whose stack holds the address, or NULL.  With the lock taken. */
struct k_task *task_of(uintptr_t address);

/* The priority with which the caller waits; address is in its stack.  With the
 * lock taken. */
unsigned task_priority_of(uintptr_t address);

/* Where the thread of a task begins. */
void task_entry(void);

#endif
