/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's command line.
 */
#include "kernel/cmdline.h"

#include "boot/boot_info.h"
#include "kernel/klog.h"
#include "kernel/string.h"

/* The value behind "name=", up to a blank or the end; NULL if there is no such
 * word.  The last one wins, as on every command line. */
static const char *value_find(const char *name, size_t *length)
{
    const char *at = boot_info.command_line, *found = NULL;
    size_t name_length = strlen(name);

    while (*at != '\0') {
        size_t word = 0;

        while (at[word] != '\0' && at[word] != ' ')
            word++;
        if (word > name_length && at[name_length] == '=' &&
            strncmp(at, name, name_length) == 0) {
            found = at + name_length + 1;
            *length = word - name_length - 1;
        }
        at += word;
        while (*at == ' ')
            at++;
    }
    return found;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f')
        return (c | 32) - 'a' + 10;
    return 16;
}

static unsigned suffix_shift(char c)
{
    switch (c | 32) {
    case 'k':
        return 10;
    case 'm':
        return 20;
    case 'g':
        return 30;
    }
    return 0;
}

static bool number_parse(const char *text, size_t length, uint64_t *number)
{
    uint64_t base = 10, value = 0;
    size_t at = 0;

    if (length > 2 && text[0] == '0' && (text[1] | 32) == 'x') {
        base = 16;
        at = 2;
    }
    for (; at < length && (uint64_t)digit_value(text[at]) < base; at++) {
        if (value > (UINT64_MAX >> 32) * base)
            return false;
        value = value * base + (uint64_t)digit_value(text[at]);
    }
    if (at + 1 == length && suffix_shift(text[at]) > 0)
        value <<= suffix_shift(text[at++]);
    *number = value;
    return length > 0 && at == length;
}

uint64_t cmdline_number(const struct cmdline_number *wanted)
{
    size_t length;
    const char *text = value_find(wanted->name, &length);
    uint64_t number;

    if (text == NULL)
        return wanted->otherwise;
    if (number_parse(text, length, &number) && number >= wanted->low &&
        number <= wanted->high)
        return number;
    klog("command line: %s is not a number from 0x%lx to 0x%lx: "
         "taking 0x%lx\n", wanted->name, wanted->low, wanted->high,
         wanted->otherwise);
    return wanted->otherwise;
}

bool cmdline_is(const char *name, const char *value)
{
    size_t length;
    const char *text = value_find(name, &length);

    return text != NULL && length == strlen(value) &&
           strncmp(text, value, length) == 0;
}
