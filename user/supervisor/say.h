/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The supervisor's lines on the console.
 */
#ifndef SUPERVISOR_SAY_H
#define SUPERVISOR_SAY_H

/* Prints one whole line, "supervisor: " before it and a line end after it,
 * in a single write, so that no other actor's output gets in between. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
