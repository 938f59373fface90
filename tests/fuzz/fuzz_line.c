/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a typist, or sysadm.ini, says to init: bytes to a line, and the line to
 * words and numbers.
 */
/* sources: user/init/line.c user/init/parse.c tests/fuzz/damage.c */
#include "user/init/line.h"

#include <string.h>

#include "damage.h"
#include "user/init/parse.h"

static const struct {
    const char *name;
} names[] = {{"arun"}, {"akill"}, {"aps"}, {"help"}, {""}};

static void words_look(const struct words *words, size_t length)
{
    long number;

    if (words->count < 0 || words->count > PARSE_WORDS_MAX)
        broken("so many words do not fit");
    if (words->word[words->count] != NULL)
        broken("the last word is not the last");
    for (int i = 0; i < words->count; i++) {
        if (strlen(words->word[i]) > length)
            broken("a word is longer than its line");
        if (parse_number(words->word[i], 15, &number) &&
            (number < 0 || number > 15))
            broken("a number is out of range");
        (void)parse_suggest(words->word[i], names, sizeof(names[0]),
                            sizeof(names) / sizeof(names[0]));
    }
}

static void line_done(const struct line *line)
{
    struct words words;
    size_t length = strlen(line->text);
    char *copy = (char *)exact_copy(line->text, length + 1);

    if (length != line->length)
        broken("a line has another length");
    if (parse_split(copy, &words) == PARSE_OK)
        words_look(&words, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct line line = {0};
    char echo[LINE_ECHO_MAX];

    for (size_t i = 0; i < size; i++) {
        enum line_event event = line_feed(&line, (char)data[i], echo);

        if (strnlen(echo, sizeof(echo)) == sizeof(echo))
            broken("an echo has no end");
        if (line.length >= LINE_MAX_BYTES)
            broken("a line is too long");
        if (event == LINE_DONE)
            line_done(&line);
    }
    return 0;
}
