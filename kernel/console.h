/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What has been typed and not yet read.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "mm/types.h"

/* Lets the line interrupt: input comes in, output goes out by itself. */
void console_start(void);

bool console_input_empty(void);

/* Takes up to size bytes; returns how many. */
size_t console_input_take(char *to, size_t size);

/* Makes the running thread wait for input; its call is then made again.
 * K_OK, or K_EBUSY when another thread waits already. */
KnError console_input_wait(void) __attribute__((warn_unused_result));

#endif
