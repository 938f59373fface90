/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Words out of a command line, and numbers and near misses out of words.
 * Pure: no calls to the system, so that tests/unit/test_parse.c can try it.
 */
#ifndef INIT_PARSE_H
#define INIT_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#define PARSE_WORDS_MAX 32

enum parse_result {
    PARSE_OK,
    PARSE_QUOTE_OPEN, /* a quote without its end */
    PARSE_TOO_MANY,   /* more than PARSE_WORDS_MAX words */
};

struct words {
    int count;
    char *word[PARSE_WORDS_MAX + 1]; /* NULL after the last one */
};

/* Splits line, in place, at blanks.  '...' and "..." keep blanks, \ keeps the
 * next character (not within '...'), # at the start of a word ends the line. */
enum parse_result parse_split(char *line, struct words *words);

/* Reads a whole word as a number (decimal, or 0x...) of 0 .. max. */
bool parse_number(const char *word, long max, long *number);

/* The name of the count names that word was most likely meant to be, or NULL
 * when none is near.  names is an array of structures of size stride that
 * begin with the name. */
const char *parse_suggest(const char *word, const void *names, size_t stride,
                          size_t count);

#endif
