/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Chains of numbers by hash, in tables that nobody fills: against a list that
 * is looked through.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "kspace_host.h"
#include "mm/bank_chain.h"
#include "test.h"

#define NUMBERS 300u

static struct bank_chains chains;

static int setup(void **state)
{
    (void)state;
    assert_true(bank_chains_init(&chains, NUMBERS));
    return 0;
}

static void test_empty(void **state)
{
    (void)state;
    for (uint32_t hash = 0; hash < 2000; hash++)
        assert_int_equal(bank_chain_find(&chains, hash), BANK_CHAIN_END);
    assert_true(bank_chains_init(&chains, 0));
    assert_int_equal(bank_chain_find(&chains, 7), BANK_CHAIN_END);
}

static void test_same_hash(void **state)
{
    (void)state;
    bank_chain_add(&chains, 3, 5);
    bank_chain_add(&chains, 9, 5 + 512); /* the same chain */
    bank_chain_add(&chains, 200, 5);
    assert_int_equal(bank_chain_find(&chains, 5), 200);
    assert_int_equal(bank_chain_next(&chains, 200), 3);
    assert_int_equal(bank_chain_next(&chains, 3), BANK_CHAIN_END);
    assert_int_equal(bank_chain_find(&chains, 5 + 512), 9);
    assert_int_equal(bank_chain_find(&chains, 5 + 1024), BANK_CHAIN_END);
    bank_chain_remove(&chains, 200);
    assert_int_equal(bank_chain_find(&chains, 5), 3);
    bank_chain_remove(&chains, 3);
    bank_chain_remove(&chains, 9);
    assert_int_equal(bank_chain_find(&chains, 5), BANK_CHAIN_END);
    assert_int_equal(bank_chain_find(&chains, 5 + 512), BANK_CHAIN_END);
}

static void test_preconditions(void **state)
{
    (void)state;
    EXPECT_PANIC("known", bank_chain_remove(&chains, 0));
    bank_chain_add(&chains, 7, 1);
    EXPECT_PANIC("BANK_CHAIN_NONE", bank_chain_add(&chains, 7, 2));
    EXPECT_PANIC("BANK_CHAIN_NONE", bank_chain_remove(&chains, 6));
    EXPECT_PANIC("known", bank_chain_remove(&chains, 8));
}

/* How many there are with that hash, which are as they should be. */
static unsigned count(const bool *in, const uint32_t *hashes, uint32_t hash)
{
    unsigned found = 0;

    for (uint32_t at = bank_chain_find(&chains, hash); at != BANK_CHAIN_END;
         at = bank_chain_next(&chains, at)) {
        assert_true(in[at]);
        assert_int_equal(hashes[at], hash);
        assert_true(++found <= NUMBERS);
    }
    return found;
}

static void test_at_random(void **state)
{
    static uint32_t hashes[NUMBERS];
    static bool in[NUMBERS];
    uint64_t random = test_seed();

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        unsigned number = (unsigned)test_random_below(&random, NUMBERS);
        uint32_t hash = (uint32_t)test_random_below(&random, 40) * 128;
        unsigned expected = 0;

        if (in[number]) {
            bank_chain_remove(&chains, number);
        } else {
            bank_chain_add(&chains, number, hash);
            hashes[number] = hash;
        }
        in[number] = !in[number];
        for (unsigned i = 0; i < NUMBERS; i++)
            expected += in[i] && hashes[i] == hash;
        assert_int_equal(count(in, hashes, hash), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty, setup),
        cmocka_unit_test_setup(test_same_hash, setup),
        cmocka_unit_test_setup(test_preconditions, setup),
        cmocka_unit_test_setup(test_at_random, setup),
    };

    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
