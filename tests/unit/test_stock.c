/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Stocks against a model: who has what, no object twice, none touched before
 * it is taken, and misuse is seen.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) */
#include "memory.h"
#include "mm/stock.h"
#include "test.h"

#define CAPACITY 100u
#define STEPS 100000u

struct object {
    uint32_t words[7]; /* no power of 2 */
};

static struct stock stock, other_stock;
static struct object *taken[CAPACITY]; /* by number */
static unsigned count;

static int setup(void **state)
{
    (void)state;
    test_memory_init(10);
    stock_init(&stock, sizeof(struct object), CAPACITY);
    memset(taken, 0, sizeof(taken));
    count = 0;
    return 0;
}

static bool all_words(const struct object *object, uint32_t value)
{
    for (unsigned i = 0; i < 7; i++) {
        if (object->words[i] != value)
            return false;
    }
    return true;
}

static struct object *take(uint32_t mark)
{
    struct object *object = stock_take(&stock);
    unsigned number = stock_number(&stock, object);

    assert_true(number < CAPACITY);
    assert_null(taken[number]);
    taken[number] = object;
    count++;
    for (unsigned i = 0; i < 7; i++)
        object->words[i] = mark;
    return object;
}

static void give(unsigned number)
{
    stock_give(&stock, taken[number]);
    taken[number] = NULL;
    count--;
}

static void compare(void)
{
    assert_int_equal(stock_available(&stock), CAPACITY - count);
    for (unsigned i = 0; i < CAPACITY + 3; i++)
        assert_ptr_equal(stock_at(&stock, i), i < CAPACITY ? taken[i] : NULL);
}

static void test_against_model(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        unsigned number = (unsigned)test_random_below(&seed, CAPACITY);

        if (taken[number] != NULL) {
            assert_true(all_words(taken[number], 3 * number));
            give(number);
        } else if (test_random_below(&seed, 100) < 90 && count < CAPACITY) {
            struct object *object = take(0);
            unsigned mark = 3 * stock_number(&stock, object);

            for (unsigned word = 0; word < 7; word++)
                object->words[word] = mark;
        }
        if (i % 50 == 0)
            compare();
    }
}

/* All of them, each once, zero at first; then no more. */
static void test_all(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CAPACITY; i++) {
        struct object *object = stock_take(&stock);

        assert_int_equal(stock_number(&stock, object), i);
        assert_true(all_words(object, 0));
        memset(object, 0xff, sizeof(*object));
    }
    assert_int_equal(stock_available(&stock), 0);
    EXPECT_PANIC("assertion", (void)stock_take(&stock));
}

/* What comes back is the next, as it was given. */
static void test_again(void **state)
{
    struct object *object;

    (void)state;
    (void)take(1);
    object = take(77);
    (void)take(2);
    give(1);
    assert_null(stock_at(&stock, 1));
    assert_ptr_equal(stock_take(&stock), object);
    assert_true(all_words(object, 77));
}

/* A store into one that is free bends nothing. */
static void test_stray_store(void **state)
{
    struct object *object;

    (void)state;
    object = take(1);
    (void)take(2);
    give(0);
    memset(object, 0xee, sizeof(*object));
    assert_ptr_equal(stock_take(&stock), object);
    assert_int_equal(stock_number(&stock, stock_take(&stock)), 2);
}

static void test_misuse(void **state)
{
    struct object *object, *other;

    (void)state;
    object = take(1);
    other = take(2);
    give(0);
    EXPECT_PANIC("assertion", stock_give(&stock, object)); /* twice */
    EXPECT_PANIC("assertion", stock_give(&stock, other + 1)); /* not taken */
    EXPECT_PANIC("assertion", stock_give(&stock, &other->words[1]));
    EXPECT_PANIC("assertion", stock_give(&stock, other - 2)); /* not of it */
    EXPECT_PANIC("assertion", stock_give(&stock, object + CAPACITY));
    EXPECT_PANIC("no RAM for 2000 objects of 28 bytes",
                 stock_init(&other_stock, sizeof(struct object), 2000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_against_model, setup),
        cmocka_unit_test_setup(test_all, setup),
        cmocka_unit_test_setup(test_again, setup),
        cmocka_unit_test_setup(test_stray_store, setup),
        cmocka_unit_test_setup(test_misuse, setup),
    };

    return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
