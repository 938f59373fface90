/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Region arithmetic against a model that is too simple to be wrong: one byte
 * for each page, which says whose it is.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) */
#include "memory.h"
#include "mm/region.h"
#include "test.h"

#define PAGES 64u
#define STEPS 200000u

static struct region_list list;
static uint8_t model[PAGES]; /* 0: free, else the attribute */

static struct region like(unsigned page, unsigned count, unsigned attribute)
{
    return (struct region){
        .start = page * PAGE_SIZE,
        .size = count * PAGE_SIZE,
        .kind = K_RGN_MEMORY,
        .opaque2 = attribute,
    };
}

static int setup(void **state)
{
    (void)state;
    test_memory_init(0);
    region_list_init(&list);
    memset(model, 0, sizeof(model));
    return 0;
}

/* The list says what the model says, with as few regions as that takes. */
static void compare(void)
{
    struct region *region = region_from(&list, 0);
    unsigned page = 0, count = 0;

    while (page < PAGES) {
        unsigned start = page;

        while (page < PAGES && model[page] == model[start])
            page++;
        if (model[start] == 0)
            continue;
        assert_non_null(region);
        assert_int_equal(region->start, start * PAGE_SIZE);
        assert_int_equal(region->size, (page - start) * PAGE_SIZE);
        assert_int_equal(region->opaque2, model[start]);
        region = region_next(&list, region);
        count++;
    }
    assert_null(region);
    assert_int_equal(list.count, count);
    assert_int_equal(region_available(), TEST_REGIONS - count);
}

static bool model_free(unsigned page, unsigned count)
{
    for (unsigned i = page; i < page + count; i++) {
        if (model[i] != 0)
            return false;
    }
    return true;
}

/* The highest hole of count pages in [low, high), or -1. */
static int model_hole(unsigned low, unsigned high, unsigned count)
{
    for (int page = (int)high - (int)count; page >= (int)low; page--) {
        if (model_free((unsigned)page, count))
            return page;
    }
    return -1;
}

static void step_hole(unsigned page, unsigned count, uint64_t *seed)
{
    unsigned high = page + count;
    unsigned want = 1 + (unsigned)test_random_below(seed, count);
    int hole = model_hole(page, high, want);
    uint64_t start;
    KnError error = region_find_hole(&list, page * PAGE_SIZE,
                                     high * PAGE_SIZE, want * PAGE_SIZE,
                                     &start);

    assert_int_equal(error, hole < 0 ? K_ENOMEM : K_OK);
    if (hole >= 0)
        assert_int_equal(start, (unsigned)hole * PAGE_SIZE);
}

static void step(uint64_t *seed)
{
    unsigned page = (unsigned)test_random_below(seed, PAGES);
    unsigned count = 1 + (unsigned)test_random_below(seed, PAGES - page);
    unsigned attribute = 1 + (unsigned)test_random_below(seed, 2);
    struct region region = like(page, count, attribute);
    bool is_free = model_free(page, count);

    count = test_random_below(seed, 2) ? 1 + (count - 1) % 4 : count;
    region.size = count * PAGE_SIZE;
    is_free = model_free(page, count);
    assert_int_equal(region_overlaps(&list, region.start, region.size),
                     !is_free);
    if (is_free && region_available() >= 1) {
        region_add(&list, &region);
        memset(model + page, (int)attribute, count);
    } else if (region_available() >=
               region_remove_cost(&list, region.start, region.size)) {
        region_remove(&list, region.start, region.size);
        memset(model + page, 0, count);
    }
    step_hole(page, count, seed);
}

static void test_against_model(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (unsigned i = 0; i < STEPS; i++) {
        step(&seed);
        compare();
    }
}

static void test_split_costs_one(void **state)
{
    struct region region = like(10, 5, 1);

    (void)state;
    region_add(&list, &region);
    assert_int_equal(region_remove_cost(&list, 10 * PAGE_SIZE, PAGE_SIZE), 0);
    assert_int_equal(region_remove_cost(&list, 14 * PAGE_SIZE, PAGE_SIZE), 0);
    assert_int_equal(region_remove_cost(&list, 12 * PAGE_SIZE, PAGE_SIZE), 1);
    assert_int_equal(region_remove_cost(&list, 9 * PAGE_SIZE,
                                        9 * PAGE_SIZE), 0);
    region_remove(&list, 12 * PAGE_SIZE, PAGE_SIZE);
    assert_int_equal(list.count, 2);
}

/* One list may have all of them, and two together no more. */
static void test_limit(void **state)
{
    struct region_list other;

    (void)state;
    region_list_init(&other);
    for (unsigned i = 0; i < TEST_REGIONS; i++) {
        struct region region = like(2 * i, 1, 1);

        assert_int_equal(region_available(), TEST_REGIONS - i);
        region_add(i < TEST_REGIONS - 10 ? &list : &other, &region);
    }
    assert_int_equal(region_available(), 0);
    EXPECT_PANIC("assertion",
                 region_add(&other, &(struct region){.size = PAGE_SIZE}));
    region_remove(&list, 0, TEST_REGIONS * 2 * PAGE_SIZE);
    region_remove(&other, 0, TEST_REGIONS * 2 * PAGE_SIZE);
    assert_int_equal(region_available(), TEST_REGIONS);
}

static void test_misuse(void **state)
{
    struct region a = like(4, 4, 1), b = like(6, 1, 1);

    (void)state;
    region_add(&list, &a);
    EXPECT_PANIC("assertion", region_add(&list, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_against_model, setup),
        cmocka_unit_test_setup(test_split_costs_one, setup),
        cmocka_unit_test_setup(test_limit, setup),
        cmocka_unit_test_setup(test_misuse, setup),
    };

    return cmocka_run_group_tests_name("region", tests, NULL, NULL);
}
