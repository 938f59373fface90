/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's printf: %s %c %d %u %x %lu %ld %lx %p %%, with - 0 and a width.
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes into text as vsnprintf does, but returns the bytes written (without
 * the NUL), which is never more than size - 1. */
size_t format_args(char *text, size_t size, const char *format, va_list args);

/* The same with the arguments themselves. */
size_t format_text(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
