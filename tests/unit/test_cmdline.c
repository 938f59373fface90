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
    format_args(said, sizeof(said), format, args);
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
        "pmm.size=18014398509481985k",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (number(lines[i]) != 77)
            fail_msg("%s is taken", lines[i]);
        assert_non_null(strstr(said, "pmm.size is not a number"));
        assert_non_null(strstr(said, "0x100000"));
    }
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
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_format),
    };

    return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
