/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Words, numbers and near misses of init's command lines.
 */
/* sources: user/init/parse.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "user/init/parse.h"

/* Splits text and checks that the words, joined by |, are joined. */
static void check_split(const char *text, const char *joined)
{
    struct words words;
    char line[256];
    char result[256] = "";

    strcpy(line, text);
    assert_int_equal(parse_split(line, &words), PARSE_OK);
    for (int i = 0; i < words.count; i++) {
        strcat(result, i ? "|" : "");
        strcat(result, words.word[i]);
    }
    assert_string_equal(result, joined);
    assert_null(words.word[words.count]);
}

static void plain_words(void **state)
{
    (void)state;
    check_split("", "");
    check_split("   \t ", "");
    check_split("aps", "aps");
    check_split("  arun  -g 0\thello  ", "arun|-g|0|hello");
}

static void quotes_and_backslashes(void **state)
{
    (void)state;
    check_split("a 'b c' d", "a|b c|d");
    check_split("a \"b c\"d", "a|b cd");
    check_split("a '' b", "a||b");
    check_split("\"it's\"", "it's");
    check_split("a\\ b c", "a b|c");
    check_split("'a\\b'", "a\\b");
    check_split("\"a\\\"b\"", "a\"b");
    check_split("end\\", "end\\");
}

static void comments(void **state)
{
    (void)state;
    check_split("# all of it", "");
    check_split("aps # the rest", "aps");
    check_split("a#b", "a#b");
    check_split("'#' b", "#|b");
}

static void errors(void **state)
{
    struct words words;
    char open[] = "pmm show \"x";
    char many[3 * PARSE_WORDS_MAX];

    (void)state;
    assert_int_equal(parse_split(open, &words), PARSE_QUOTE_OPEN);
    memset(many, 0, sizeof(many));
    for (int i = 0; i < PARSE_WORDS_MAX; i++) {
        strcat(many, "w ");
    }
    assert_int_equal(parse_split(many, &words), PARSE_OK);
    memset(many, 0, sizeof(many));
    for (int i = 0; i < PARSE_WORDS_MAX + 1; i++) {
        strcat(many, "w ");
    }
    assert_int_equal(parse_split(many, &words), PARSE_TOO_MANY);
    assert_int_equal(words.count, PARSE_WORDS_MAX);
}

static void numbers(void **state)
{
    long n = -1;

    (void)state;
    assert_true(parse_number("0", 15, &n) && n == 0);
    assert_true(parse_number("15", 15, &n) && n == 15);
    assert_true(parse_number("0x1f", 100, &n) && n == 31);
    assert_false(parse_number("16", 15, &n));
    assert_false(parse_number("-1", 15, &n));
    assert_false(parse_number("+1", 15, &n));
    assert_false(parse_number(" 1", 15, &n));
    assert_false(parse_number("", 15, &n));
    assert_false(parse_number("0x", 15, &n));
    assert_false(parse_number("7up", 15, &n));
    assert_false(parse_number("99999999999999999999", 0x7fffffff, &n));
}

struct named {
    const char *name;
    int other;
};

static const struct named table[] = {
    {"arun", 0}, {"aps", 0}, {"akill", 0}, {"restart", 0}, {"reboot", 0},
};

static const char *suggest(const char *word)
{
    return parse_suggest(word, table, sizeof(table[0]), 5);
}

static void suggestions(void **state)
{
    (void)state;
    assert_string_equal(suggest("arnu"), "arun");
    assert_string_equal(suggest("run"), "arun");
    assert_string_equal(suggest("ps"), "aps");
    assert_string_equal(suggest("kill"), "akill");
    assert_string_equal(suggest("restrat"), "restart");
    assert_string_equal(suggest("rebot"), "reboot");
    assert_null(suggest("dmesg"));
    assert_null(suggest(""));
    assert_null(suggest("a very long word that nobody meant to type here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words), cmocka_unit_test(quotes_and_backslashes),
        cmocka_unit_test(comments),    cmocka_unit_test(errors),
        cmocka_unit_test(numbers),     cmocka_unit_test(suggestions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
