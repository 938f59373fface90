/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The line editor of a serial terminal: one byte in, an echo out.  It knows
 * no console, so it can be fed from anywhere.  The echo ends lines with \n;
 * the console makes of it what its terminal needs.
 */
#ifndef INIT_LINE_H
#define INIT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_BYTES 256

/* Longest echo of one byte: all of a line is wiped out. */
#define LINE_ECHO_MAX (3 * LINE_MAX_BYTES + 8)

enum line_event {
    LINE_GOES_ON,
    LINE_DONE,     /* .text is a whole line */
    LINE_CANCELED, /* Ctrl-C: .text is empty, ask again */
};

/* Where in a key's escape sequence the input is. */
enum line_escape { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_INSIDE };

struct line {
    size_t length;
    char text[LINE_MAX_BYTES]; /* NUL-terminated */
    bool done;                 /* the next byte begins a new line */
    bool after_cr;             /* an LF now belongs to the CR before it */
    enum line_escape escape;
};

/* Takes one byte of input and puts into echo (LINE_ECHO_MAX bytes) what the
 * terminal is to show, NUL-terminated. */
enum line_event line_feed(struct line *line, char byte, char *echo);

#endif
