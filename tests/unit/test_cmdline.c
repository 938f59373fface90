/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command line, and the kernel's printf, which tells what is wrong there.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) kernel/cmdline.c kernel/format.c */
/* sources: boot/boot_info.c */
#include "boot/boot_info.h"
#include "kernel/cmdline.h"
#include "kernel/format.h"
#include "kernel/klog.h"
#include "test.h"

static char said[512];

void klog(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    format_args(said + strlen(said), sizeof(said) - strlen(said), format, args);
    va_end(args);
}

static uint64_t number(const char *line)
{
    struct cmdline_number wanted = {"pmm.size", 77, 1, 1 << 20};

    said[0] = '\0';
    strcpy(boot_info.command_line, line);
    return cmdline_number(&wanted);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *line;
        uint64_t value;
    } cases[] = {
        {"", 77},
        {"pmm.size=5", 5},
        {"a pmm.size=5 b", 5},
        {"  pmm.size=0x1f  ", 31},
        {"pmm.size=4k", 4096},
        {"pmm.size=1M", 1 << 20},
        {"pmm.size=1", 1},
        {"pmm.size=5 pmm.size=6", 6},
        {"xpmm.size=5", 77},
        {"pmm.sizes=5", 77},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(number(cases[i].line), cases[i].value);
        assert_string_equal(said, "");
    }
}

static void test_wrong_numbers(void **state)
{
    static const char *const lines[] = {
        "pmm.size=",    "pmm.size=0",    "pmm.size=1048577", "pmm.size=-1",
        "pmm.size=5x",  "pmm.size=0x",   "pmm.size=2M",      "pmm.size=5kk",
        "pmm.size=k",   "pmm.size=0xg",  "pmm.size=99999999999999999999999",
        "pmm.size=18014398509481985k", "pmm.size=0x100000000000000000",
        "pmm.size=18446744073709551616", "pmm.size=17179869184G",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (number(lines[i]) != 77)
            fail_msg("%s is taken", lines[i]);
        assert_non_null(strstr(said, "pmm.size is not a number"));
        assert_non_null(strstr(said, "0x100000"));
    }
}

/* All 64 bits, and not one more. */
static void test_large_numbers(void **state)
{
    struct cmdline_number wanted = {"n", 77, 0, UINT64_MAX};
    static const struct {
        const char *line;
        uint64_t value;
    } cases[] = {
        {"n=0", 0},
        {"n=18446744073709551615", UINT64_MAX},
        {"n=18446744073709551616", 77},
        {"n=0xffffffffffffffff", UINT64_MAX},
        {"n=0x10000000000000000", 77},
        {"n=17179869183G", (UINT64_MAX >> 30) << 30},
        {"n=17179869184G", 77},
        {"n=17592186044415M", (UINT64_MAX >> 20) << 20},
        {"n=17592186044416M", 77},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        strcpy(boot_info.command_line, cases[i].line);
        assert_int_equal(cmdline_number(&wanted), cases[i].value);
    }
}

static void check(const char *line, const char *complaint)
{
    said[0] = '\0';
    strcpy(boot_info.command_line, line);
    (void)cmdline_number(&(struct cmdline_number){"pmm.size", 0, 0, 9});
    (void)cmdline_is("panic", "stop");
    cmdline_check();
    assert_string_equal(said, complaint);
}

static void test_words_that_mean_nothing(void **state)
{
    (void)state;
    check("", "");
    /* As long as nobody has found the value that he asked for. */
    check("panic=never",
          "command line: \"panic=never\" means nothing here\n");
    check("pmm.size=1 pmm.size=2 panic=stop", "");
    check("BOOT_IMAGE=/kernel quiet test.check=1 pmmx.size=1", "");
    check("pmm.sizes=1", "command line: \"pmm.sizes=1\" means nothing here\n");
    check("pmm.size", "command line: \"pmm.size\" means nothing here\n");
    check("pmm. site.x", "command line: \"pmm.\" means nothing here\n"
                         "command line: \"site.x\" means nothing here\n");
    check("actor.aVeryLongNameThatDoesNotFitIntoOneLineOfThem=1",
          "command line: \"actor.aVeryLongNameThatDoesNotFitIntoOneLineOfT\" "
          "means nothing here\n");
}

static void test_words(void **state)
{
    (void)state;
    strcpy(boot_info.command_line, "panic=stop test=");
    assert_true(cmdline_is("panic", "stop"));
    assert_false(cmdline_is("panic", "sto"));
    assert_false(cmdline_is("panic", "stopp"));
    assert_false(cmdline_is("pani", "stop"));
    assert_true(cmdline_is("test", ""));
    assert_true(cmdline_has("panic"));
    assert_false(cmdline_has("pani"));
    assert_false(cmdline_has("stop"));
}

static void test_format(void **state)
{
    char text[64], small[4];

    (void)state;
    format_text(text, sizeof(text), "%d|%u|%x|%lx|%ld", -5, 7u, 255u,
                0x123456789abul, -1l);
    assert_string_equal(text, "-5|7|ff|123456789ab|-1");
    format_text(text, sizeof(text), "%5d|%-5d|%05u|%016lx|", -5, -5, 7u, 1ul);
    assert_string_equal(text, "   -5|-5   |00007|0000000000000001|");
    format_text(text, sizeof(text), "%s|%6s|%-6s|%c|%%", "ab", "cd", "ef",
                'g');
    assert_string_equal(text, "ab|    cd|ef    |g|%");
    assert_int_equal(format_text(small, sizeof(small), "%s", "longer"), 3);
    assert_string_equal(small, "lon");
    format_text(text, sizeof(text), "%ld", INT64_MIN);
    assert_string_equal(text, "-9223372036854775808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_wrong_numbers),
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_words_that_mean_nothing),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_format),
    };

    return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
