/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's printf.  Small on purpose: what it cannot print, the kernel
 * does not say.
 */
#include "kernel/format.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/assert.h"
#include "kernel/string.h"

struct output {
    char *text;
    size_t size, used;
};

/* One conversion: %[-][0][width][l]letter. */
struct spec {
    bool left, wide;
    char pad, letter;
    size_t width;
};

static void put(struct output *out, char c)
{
    if (out->used + 1 < out->size)
        out->text[out->used++] = c;
}

static void put_padded(struct output *out, const struct spec *spec,
                       const char *text, size_t length)
{
    size_t padding = spec->width > length ? spec->width - length : 0;

    if (!spec->left) {
        for (; padding > 0; padding--)
            put(out, spec->pad);
    }
    for (size_t i = 0; i < length; i++)
        put(out, text[i]);
    for (; padding > 0; padding--)
        put(out, ' ');
}

static void put_number(struct output *out, const struct spec *spec,
                       uint64_t value, bool negative)
{
    char digits[24];
    size_t at = sizeof(digits);
    unsigned base = spec->letter == 'x' || spec->letter == 'p' ? 16 : 10;

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    if (negative)
        digits[--at] = '-';
    put_padded(out, spec, digits + at, sizeof(digits) - at);
}

static const char *spec_parse(const char *format, struct spec *spec)
{
    *spec = (struct spec){.pad = ' '};
    for (; *format == '-' || *format == '0'; format++) {
        spec->left |= *format == '-';
        spec->pad = *format == '0' ? '0' : spec->pad;
    }
    for (; *format >= '0' && *format <= '9'; format++)
        spec->width = spec->width * 10 + (size_t)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        spec->wide = true;
    spec->letter = *format;
    return format;
}

static void put_signed(struct output *out, const struct spec *spec, long value)
{
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

    put_number(out, spec, magnitude, value < 0);
}

static void put_spec(struct output *out, const struct spec *spec, va_list *args)
{
    const char *text;
    char c;

    switch (spec->letter) {
    case 's':
        text = va_arg(*args, const char *);
        text = text == NULL ? "(null)" : text;
        put_padded(out, spec, text, strlen(text));
        break;
    case 'c':
        c = (char)va_arg(*args, int);
        put_padded(out, spec, &c, 1);
        break;
    case 'd':
        put_signed(out, spec, spec->wide ? va_arg(*args, long)
                                         : va_arg(*args, int));
        break;
    case 'u':
    case 'x':
        put_number(out, spec, spec->wide ? va_arg(*args, unsigned long)
                                         : va_arg(*args, unsigned), false);
        break;
    case 'p':
        put_number(out, spec, (uintptr_t)va_arg(*args, void *), false);
        break;
    default:
        put(out, spec->letter);
    }
}

size_t format_args(char *text, size_t size, const char *format, va_list args)
{
    struct output out = {.text = text, .size = size};
    struct spec spec;
    va_list rest;

    ASSERT(size > 0);
    va_copy(rest, args);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(&out, *format);
            continue;
        }
        format = spec_parse(format + 1, &spec);
        if (spec.letter == '\0')
            break;
        put_spec(&out, &spec, &rest);
    }
    va_end(rest);
    text[out.used] = '\0';
    return out.used;
}

size_t format_text(char *text, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    size_t used = format_args(text, size, format, args);
    va_end(args);
    return used;
}
