/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The serial line.  Output is polled, so that it works in a panic; input
 * comes by interrupt.
 */
#ifndef DRIVERS_CONSOLE_H
#define DRIVERS_CONSOLE_H

#include <stddef.h>

/* Sets the line to 115200 8N1.  Usable at once, before any other call. */
void console_init(void);

/* Sends one byte; waits for the line, but not for ever. */
void console_put(char c);

/* Lets input interrupt; receive is called with each byte. */
void console_listen(void (*receive)(char c));

#endif
