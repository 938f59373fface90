/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One line, one write.  Nothing is kept in a stdio buffer: a supervisor
 * that dies has said all that it meant to say.
 */
#include "say.h"

#include <reprise.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void say(const char *format, ...)
{
    static const char prefix[] = "supervisor: ";
    char line[240];
    size_t used = sizeof(prefix) - 1;
    va_list args;
    int wanted;

    memcpy(line, prefix, used);
    va_start(args, format);
    wanted = vsnprintf(line + used, sizeof(line) - used - 1, format, args);
    va_end(args);
    if (wanted > 0) {
        used += strlen(line + used);
    }
    line[used++] = '\n';
    (void)!consoleWrite(line, used);
}
