/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names and owners: of a name only the text counts, and of an owner who has no
 * block any more nothing is kept.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "bank_host.h"
#include "kspace_host.h"
#include "mm/bank_core.h"
#include "mm/bank_share.h"
#include "test.h"

#define PAGES 64u

static int setup(void **state)
{
    (void)state;
    test_bank_begin(PAGES);
    return 0;
}

/* A text in a field that has held another one before. */
static struct bank_name name_in(const char *text, char before)
{
    PmmMemName field;
    struct bank_name name;

    memset(field, before, sizeof(field));
    memcpy(field, text, strlen(text) + 1);
    assert_true(bank_name_make(&name, field));
    return name;
}

/* Of all lengths: the end may be anywhere in a word. */
static void test_what_stands_behind_a_name_does_not_count(void **state)
{
    static const char owner[K_ACTORNAMEMAX] = "tester";
    char text[sizeof(PmmMemName)] = "";
    int slot;

    (void)state;
    for (size_t length = 1; length < sizeof(text); length++) {
        struct bank_name clean, dirty;

        memset(text, 'x', length);
        clean = name_in(text, 0);
        dirty = name_in(text, '!');
        slot = bank_allocate_named(&dirty, &(struct bank_request){
            .name = text, .owner = owner, .size = 1});
        assert_true(slot >= 0);
        assert_int_equal(bank_find_name(&clean), slot);
        assert_int_equal(bank_find(text), slot);
        assert_string_equal(bank_block((unsigned)slot).name, text);
        assert_null(bank_check());
        bank_free_one((unsigned)slot);
        assert_int_equal(bank_find_name(&dirty), K_EUNKNOWN);
    }
}

/* Far more owners than there are places, one after the other. */
static void test_owners_without_blocks_are_forgotten(void **state)
{
    char owner[K_ACTORNAMEMAX];
    uint64_t bytes;

    (void)state;
    for (unsigned n = 0; n < 4 * bank_capacity(); n++) {
        int slot;

        memset(owner, 0, sizeof(owner));
        snprintf(owner, sizeof(owner), "owner-%u", n);
        slot = bank_allocate(&(struct bank_request){
            .name = "block", .owner = owner, .size = PAGE_SIZE + 1});
        assert_true(slot >= 0);
        assert_int_equal(bank_owned(owner, &bytes), 1);
        assert_int_equal(bytes, 2 * PAGE_SIZE);
        bank_free_one((unsigned)slot);
        assert_int_equal(bank_owned(owner, &bytes), 0);
        assert_int_equal(bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_stands_behind_a_name_does_not_count,
                               setup),
        cmocka_unit_test_setup(test_owners_without_blocks_are_forgotten,
                               setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
