/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's command line.
 */
#include "kernel/cmdline.h"

#include "boot/boot_info.h"
#include "kernel/klog.h"
#include "kernel/string.h"

#define NAMES_MAX 64 /* that are kept; who asks again is kept again */
#define WORD_MAX 48  /* of one that is told */

/* The names that somebody has asked for. */
static struct {
    const char *names[NAMES_MAX];
    unsigned count;
} asked;

static void note_asked(const char *name)
{
    if (asked.count < NAMES_MAX)
        asked.names[asked.count++] = name;
}

/* Up to a blank or the end. */
static size_t word_length(const char *word)
{
    size_t length = 0;

    while (word[length] != '\0' && word[length] != ' ')
        length++;
    return length;
}

static const char *word_next(const char *word)
{
    word += word_length(word);
    while (*word == ' ')
        word++;
    return word;
}

static bool word_has_name(const char *word, const char *name)
{
    for (; *name != '\0' && *word == *name; name++)
        word++;
    return *name == '\0' && *word == '=';
}

/* The value behind "name="; NULL if there is no such word.  The last one wins,
 * as on every command line. */
static const char *value_find(const char *name)
{
    const char *word = boot_info.command_line, *found = NULL;

    for (; *word != '\0'; word = word_next(word)) {
        if (word_has_name(word, name))
            found = word + strlen(name) + 1;
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

/* Behind the digits, if that fits. */
static bool suffix_apply(char c, uint64_t *value)
{
    unsigned shift = suffix_shift(c);

    if (shift == 0 || *value > UINT64_MAX >> shift)
        return false;
    *value <<= shift;
    return true;
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
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit_value(text[at]),
                                   &value))
            return false;
    }
    if (at > 0 && at + 1 == length && suffix_apply(text[at], &value))
        at++;
    *number = value;
    return length > 0 && at == length;
}

uint64_t cmdline_number(const struct cmdline_number *wanted)
{
    const char *text = value_find(wanted->name);
    uint64_t number;

    note_asked(wanted->name);
    if (text == NULL)
        return wanted->otherwise;
    if (number_parse(text, word_length(text), &number) &&
        number >= wanted->low && number <= wanted->high)
        return number;
    klog("command line: %s is not a number from 0x%lx to 0x%lx: "
         "taking 0x%lx\n", wanted->name, wanted->low, wanted->high,
         wanted->otherwise);
    return wanted->otherwise;
}

bool cmdline_has(const char *name)
{
    return value_find(name) != NULL;
}

/* What it is not has no meaning: it is not noted. */
bool cmdline_is(const char *name, const char *value)
{
    const char *text = value_find(name);
    bool same = text != NULL && word_length(text) == strlen(value) &&
                string_starts(text, value);

    if (same)
        note_asked(name);
    return same;
}

/* Others' words stand there, too: loaders' and firmware's. */
static bool word_is_ours(const char *word)
{
    return string_starts(word, "pmm.") || string_starts(word, "site.") ||
           string_starts(word, "actor.") || string_starts(word, "hrCtrl.") ||
           string_starts(word, "panic=");
}

static bool word_was_asked(const char *word)
{
    for (unsigned i = 0; i < asked.count; i++) {
        if (word_has_name(word, asked.names[i]))
            return true;
    }
    return false;
}

void cmdline_check(void)
{
    const char *word = boot_info.command_line;
    char text[WORD_MAX];

    for (; *word != '\0'; word = word_next(word)) {
        size_t size = word_length(word) + 1;

        if (!word_is_ours(word) || word_was_asked(word))
            continue;
        string_copy(text, word, size < WORD_MAX ? size : WORD_MAX);
        klog("command line: \"%s\" means nothing here\n", text);
    }
}
