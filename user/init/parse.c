/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Splits command lines; see parse.h.
 */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

/* Longest word that a suggestion is looked for. */
#define SUGGEST_LENGTH_MAX 24

/* Reads one word from *from and writes it to *to, which is never ahead.
 * Both end up behind the word.  Returns false if a quote stays open. */
static bool word_copy(char **from, char **to)
{
    char quote = 0;

    for (; **from; (*from)++) {
        char c = **from;

        if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? 0 : c;
            continue;
        }
        if (!quote && (c == ' ' || c == '\t')) {
            break;
        }
        if (c == '\\' && quote != '\'' && (*from)[1]) {
            (*from)++;
        }
        *(*to)++ = **from;
    }
    return quote == 0;
}

enum parse_result parse_split(char *line, struct words *words)
{
    char *from = line;
    char *to = line;

    words->count = 0;
    words->word[0] = NULL;
    for (;;) {
        bool more;

        from += strspn(from, " \t");
        if (*from == 0 || *from == '#') {
            return PARSE_OK;
        }
        if (words->count == PARSE_WORDS_MAX) {
            return PARSE_TOO_MANY;
        }
        words->word[words->count++] = to;
        words->word[words->count] = NULL;
        if (!word_copy(&from, &to)) {
            return PARSE_QUOTE_OPEN;
        }
        /* The NUL may fall on the blank that ended the word. */
        more = *from != 0;
        *to++ = 0;
        from += more;
    }
}

bool parse_number(const char *word, long max, long *number)
{
    int base = strncmp(word, "0x", 2) == 0 ? 16 : 10;
    const char *digits = base == 16 ? word + 2 : word;
    char *end;

    if (digits[0] == 0 || strchr("+- \t", digits[0])) {
        return false;
    }
    *number = strtol(digits, &end, base);
    return *end == 0 && end != digits && *number >= 0 && *number <= max;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace a character) that make b of a. */
static size_t distance(const char *a, const char *b)
{
    size_t row[SUGGEST_LENGTH_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = least(replace, 1 + least(row[j], row[j - 1]));
        }
    }
    return row[length];
}

/* Two letters in the wrong order are two edits: those are allowed in words
 * that are long enough for that to mean something. */
const char *parse_suggest(const char *word, const void *names, size_t stride,
                          size_t count)
{
    size_t allowed = strlen(word) < 4 ? 1 : 2;
    const char *best = NULL;

    if (strlen(word) > SUGGEST_LENGTH_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name;
        size_t edits;

        memcpy(&name, (const char *)names + i * stride, sizeof(name));
        if (strlen(name) > SUGGEST_LENGTH_MAX) {
            continue;
        }
        edits = distance(word, name);
        if (edits <= allowed) {
            best = name;
            allowed = edits - (edits > 0);
        }
    }
    return best;
}
