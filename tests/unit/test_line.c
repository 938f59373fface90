/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The line editor of init, as a terminal sees it.
 */
/* sources: user/init/line.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "user/init/line.h"

/* Feeds keys and returns how many lines that made; joins them with |. */
static int type(const char *keys, char *lines, char *shown)
{
    struct line line = {0};
    char echo[LINE_ECHO_MAX];
    int count = 0;

    lines[0] = shown[0] = 0;
    for (; *keys; keys++) {
        enum line_event event = line_feed(&line, *keys, echo);

        strcat(shown, echo);
        if (event == LINE_DONE) {
            strcat(lines, line.text);
            strcat(lines, "|");
            count++;
        }
    }
    return count;
}

static void check_lines(const char *keys, const char *expected)
{
    static char lines[4096], shown[8192];

    type(keys, lines, shown);
    assert_string_equal(lines, expected);
}

static void line_ends(void **state)
{
    (void)state;
    check_lines("aps\r", "aps|");
    check_lines("aps\n", "aps|");
    check_lines("aps\r\nmem\r\n", "aps|mem|");
    check_lines("aps\r\rmem\r", "aps||mem|");
    check_lines("aps\n\nmem\n", "aps||mem|");
    check_lines("\n\r\n", "||");
}

static void editing(void **state)
{
    (void)state;
    check_lines("apz\bs\r", "aps|");
    check_lines("apz\x7fs\r", "aps|");
    check_lines("\b\b\baps\r", "aps|");
    check_lines("rubbish\x15" "aps\r", "aps|");
    check_lines("pmm lisp\x17list\r", "pmm list|");
    check_lines("rubbish\x03" "aps\r", "aps|");
    check_lines("a\tb\r", "a b|");
    check_lines("a\x01\x02" "b\r", "ab|");
}

static void keys_that_mean_nothing(void **state)
{
    (void)state;
    check_lines("a\x1b[Ab\x1b[3~c\x1bOPd\r", "abcd|");
    check_lines("a\x1b" "b" "c\r", "abc|");
}

static void echo(void **state)
{
    char lines[64], shown[256];

    (void)state;
    type("ab\bc\r", lines, shown);
    assert_string_equal(shown, "ab\b \bc\n");
    type("ab\x15", lines, shown);
    assert_string_equal(shown, "ab\b \b\b \b");
    type("ab\x03", lines, shown);
    assert_string_equal(shown, "ab^C\n");
}

static void too_long(void **state)
{
    static char keys[2 * LINE_MAX_BYTES], lines[4096], shown[8192];

    (void)state;
    memset(keys, 'x', sizeof(keys) - 2);
    keys[sizeof(keys) - 2] = '\r';
    assert_int_equal(type(keys, lines, shown), 1);
    assert_int_equal(strlen(lines), LINE_MAX_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends), cmocka_unit_test(editing),
        cmocka_unit_test(keys_that_mean_nothing),
        cmocka_unit_test(echo),      cmocka_unit_test(too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
