/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The serial line.  A byte takes 87 microseconds at 115200 baud, as long as
 * the restart of an actor, so nobody waits for the line: once interrupts are
 * there, it fetches what there is to send by itself.  Until then, and in a
 * panic, bytes are sent one by one, waiting.
 */
#ifndef DRIVERS_CONSOLE_H
#define DRIVERS_CONSOLE_H

#include <stddef.h>

/* Sets the line to 115200 8N1.  Usable at once, before any other call. */
void console_init(void);

/* Follows the kernel into its own map: once, right after kspace_init(). */
void console_map(void);

/* Sends one byte; waits for the line, but not for ever. */
void console_put(char c);

/* What the line calls from its interrupt: receive with each byte that came;
 * next for each byte that it could send, until that returns -1. */
struct console_client {
    void (*receive)(char c);
    int (*next)(void);
};

/* Lets the line interrupt. */
void console_listen(const struct console_client *client);

/* There is something to send: the line will ask for it. */
void console_wake(void);

#endif
