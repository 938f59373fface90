/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Last words: written by a kernel that is going down, read by the next.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "kspace_host.h"
#include "mm/bank_core.h"
#include "test.h"

#define PAGES 32u

static struct bank_last_words out;

static void reopen(void)
{
    struct bank_place place = test_bank_place();
    struct bank_report report;

    fake_cache_reset();
    bank_open(&place, BOOT_WARM, &report);
    assert_int_not_equal(report.start, BANK_ABSENT);
}

static struct bank_words *slot(void)
{
    struct bank_metadata *metadata =
        fake_ram(test_bank_place().base, sizeof(*metadata));

    return &metadata->words;
}

static int setup(void **state)
{
    (void)state;
    test_bank_erase(PAGES);
    reopen();
    return 0;
}

static void write_some(void)
{
    const struct bank_last_words words = {
        .cause = "fault in the kernel",
        .actor = "C_INIT",
        .pc = 0xffffffff80001234ull,
        .line = "write to 0x10",
        .tail = "one\ntwo\nthree\n",
        .tail_size = 14,
    };

    bank_last_words_write(&words);
}

static void test_none(void **state)
{
    (void)state;
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NONE);
    assert_string_equal(out.cause, "");
    assert_int_equal(out.tail_size, 0);
}

static void test_round(void **state)
{
    (void)state;
    write_some();
    reopen();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
    assert_string_equal(out.cause, "fault in the kernel");
    assert_string_equal(out.actor, "C_INIT");
    assert_int_equal(out.pc, 0xffffffff80001234ull);
    assert_string_equal(out.line, "write to 0x10");
    assert_int_equal(out.tail_size, 14);
    assert_memory_equal(out.tail, "one\ntwo\nthree\n", 14);
    assert_null(bank_check());
}

/* They are printed once, but can be read again. */
static void test_told(void **state)
{
    (void)state;
    write_some();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
    bank_last_words_told();
    reopen();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_TOLD);
    assert_string_equal(out.actor, "C_INIT");
    write_some();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
}

static void test_damaged(void **state)
{
    (void)state;
    write_some();
    slot()->line[3] ^= 1;
    reopen();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_DAMAGED);
    assert_string_equal(out.line, "");
    bank_last_words_told();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NONE);
}

/* A size that the check does not even get to see. */
static void test_damaged_size(void **state)
{
    (void)state;
    write_some();
    slot()->tail_size = UINT64_MAX;
    fake_cache_reset();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_DAMAGED);
}

static void test_every_bit(void **state)
{
    uint8_t *bytes = (uint8_t *)slot();

    (void)state;
    write_some();
    for (size_t bit = 64; bit < 8 * (256 + 14); bit++) {
        if (bit / 64 == 2) /* told: a flip only prints the words again */
            continue;
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(bank_last_words_read(&out), BANK_WORDS_DAMAGED);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
}

static void test_too_long(void **state)
{
    static char text[3 * BANK_TAIL_SIZE];
    struct bank_last_words words = {text, text, 0, text, text, sizeof(text)};

    (void)state;
    memset(text, 'a', sizeof(text));
    memset(text + sizeof(text) - 4, 'z', 4);
    bank_last_words_write(&words);
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
    assert_int_equal(strlen(out.cause), 63);
    assert_int_equal(strlen(out.actor), K_ACTORNAMEMAX - 1);
    assert_int_equal(strlen(out.line), 127);
    assert_int_equal(out.tail_size, BANK_TAIL_SIZE);
    assert_memory_equal(out.tail + BANK_TAIL_SIZE - 5, "azzzz", 5);
}

static void test_null_texts(void **state)
{
    struct bank_last_words words = {.tail_size = 100};

    (void)state;
    bank_last_words_write(&words);
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
    assert_string_equal(out.cause, "");
    assert_int_equal(out.tail_size, 0);
}

/* panic() must get its words out whatever has become of the directory. */
static void test_directory_damaged(void **state)
{
    struct bank_metadata *metadata =
        fake_ram(test_bank_place().base, sizeof(*metadata));

    (void)state;
    memset(metadata->copies, 0x3c, sizeof(metadata->copies));
    fake_cache_reset();
    write_some();
    reopen();
    assert_int_equal(bank_last_words_read(&out), BANK_WORDS_NEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_none, setup),
        cmocka_unit_test_setup(test_round, setup),
        cmocka_unit_test_setup(test_told, setup),
        cmocka_unit_test_setup(test_damaged, setup),
        cmocka_unit_test_setup(test_damaged_size, setup),
        cmocka_unit_test_setup(test_every_bit, setup),
        cmocka_unit_test_setup(test_too_long, setup),
        cmocka_unit_test_setup(test_null_texts, setup),
        cmocka_unit_test_setup(test_directory_damaged, setup),
    };

    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
