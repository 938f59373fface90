/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The page-table walker: what is mapped is found, and nothing else is.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) */
#include "memory.h"
#include "mm/frame.h"
#include "mm/kspace.h"
#include "mm/ptab.h"
#include "test.h"

#define LARGE 0x200000ull
#define HUGE 0x40000000ull
#define RX (PROT_READ | PROT_EXEC | PROT_USER)
#define RW (PROT_READ | PROT_WRITE | PROT_USER)

static struct ptab ptab;

static int setup(void **state)
{
    (void)state;
    test_memory_init(1000);
    assert_int_equal(ptab_create(&ptab), K_OK);
    return 0;
}

static paddr_t page_new(void)
{
    paddr_t page;

    assert_int_equal(frame_allocate(&page), K_OK);
    return page;
}

static void expect_mapped(uint64_t address, uint64_t page, unsigned prot)
{
    unsigned found_prot;
    paddr_t found;

    assert_true(ptab_lookup(&ptab, address, &found, &found_prot));
    assert_int_equal(found.raw, page);
    assert_int_equal(found_prot, prot);
}

static void expect_nothing(uint64_t address)
{
    unsigned prot;
    paddr_t page;

    assert_false(ptab_lookup(&ptab, address, &page, &prot));
}

/* The first and the last page of every level's table. */
static void test_borders(void **state)
{
    static const uint64_t places[] = {
        0x0,           0x1000,         0x1ff000,       0x200000,
        0x3ffff000,    0x40000000,     0x7ffffff000,   0x8000000000,
        0x7ffffffff000,
    };
    enum { COUNT = sizeof(places) / sizeof(places[0]) };
    paddr_t pages[COUNT], page;

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        expect_nothing(places[i]);
        pages[i] = page_new();
        assert_int_equal(ptab_reserve(&ptab, places[i], PAGE_SIZE), K_OK);
        expect_nothing(places[i]);
        ptab_map(&ptab, places[i], pages[i], i % 2 ? RX : RW);
    }
    for (unsigned i = 0; i < COUNT; i++)
        expect_mapped(places[i], pages[i].raw, i % 2 ? RX : RW);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_true(ptab_unmap(&ptab, places[i], &page));
        assert_int_equal(page.raw, pages[i].raw);
        assert_false(ptab_unmap(&ptab, places[i], &page));
        expect_nothing(places[i]);
    }
}

static void test_destroy_gives_back(void **state)
{
    uint64_t before;

    (void)state;
    test_memory_init(1000);
    before = frame_available();
    assert_int_equal(ptab_create(&ptab), K_OK);
    assert_int_equal(ptab_reserve(&ptab, 0x1ff000, 2 * PAGE_SIZE), K_OK);
    assert_int_equal(ptab_reserve(&ptab, 0x7fffffe00000, LARGE), K_OK);
    assert_true(frame_available() < before - 6);
    ptab_destroy(&ptab);
    assert_int_equal(frame_available(), before);
}

static void test_reserve_out_of_frames(void **state)
{
    (void)state;
    for (unsigned left = 0; left < 3; left++) {
        test_memory_init(63);
        assert_int_equal(ptab_create(&ptab), K_OK);
        test_memory_squeeze(left);
        assert_int_equal(ptab_reserve(&ptab, 0x400000, PAGE_SIZE), K_ENOMEM);
        expect_nothing(0x400000);
        ptab_destroy(&ptab);
        assert_int_equal(frame_available(), left + 1);
    }
    test_memory_init(63);
    assert_int_equal(ptab_create(&ptab), K_OK);
    test_memory_squeeze(3);
    assert_int_equal(ptab_reserve(&ptab, 0x400000, PAGE_SIZE), K_OK);
}

/* A range takes large pages where both addresses allow it. */
static void test_range(void **state)
{
    uint64_t start = 0x40000000 - 2 * PAGE_SIZE, size = 2 * LARGE;
    uint64_t memory = 0x80000000 - 2 * PAGE_SIZE, before, step = PAGE_SIZE;

    (void)state;
    before = frame_available();
    ptab_map_range(&ptab, start, paddr(memory), size, PROT_READ);
    /* Two chains of tables, and one more for the tail: no large page's. */
    assert_true(before - frame_available() <= 6);
    for (uint64_t at = 0; at < size; at += step)
        expect_mapped(start + at, memory + at, PROT_READ);
    expect_nothing(start - PAGE_SIZE);
    expect_nothing(start + size);
}

/* From a page to the largest and down again. */
static void test_range_of_all_sizes(void **state)
{
    uint64_t start = HUGE - LARGE - PAGE_SIZE;
    uint64_t size = 3 * HUGE + 2 * (LARGE + PAGE_SIZE);
    uint64_t before = frame_available();

    (void)state;
    ptab_map_range(&ptab, start, paddr(start), size, PROT_READ);
    /* The way to the first page, and two tables for the tail. */
    assert_int_equal(before - frame_available(), 3 + 2);
    for (uint64_t at = start; at < start + size; at += PAGE_SIZE)
        expect_mapped(at, at, PROT_READ);
    expect_nothing(start - PAGE_SIZE);
    expect_nothing(start + size);
}

static void test_entry(void **state)
{
    paddr_t page = page_new();
    pte_t *entry;

    (void)state;
    assert_int_equal(ptab_reserve(&ptab, LARGE, PAGE_SIZE), K_OK);
    entry = ptab_entry(&ptab, LARGE);
    expect_nothing(LARGE);
    entry[0] = arch_pte_leaf(page, RW, 0);
    expect_mapped(LARGE, page.raw, RW);
    entry[1] = arch_pte_leaf(page, RW, 0);
    expect_mapped(LARGE + PAGE_SIZE, page.raw, RW);
    entry[0] = 0;
    expect_nothing(LARGE);
    EXPECT_PANIC("entry", (void)ptab_entry(&ptab, 0x400000));
}

static void test_misuse(void **state)
{
    paddr_t page = page_new();

    (void)state;
    EXPECT_PANIC("entry", ptab_map(&ptab, 0x400000, page, RW));
    assert_int_equal(ptab_reserve(&ptab, 0x400000, PAGE_SIZE), K_OK);
    EXPECT_PANIC("PROT_WRITE",
                 ptab_map(&ptab, 0x400000, page, RW | PROT_EXEC));
    EXPECT_PANIC("page_aligned", ptab_map(&ptab, 0x400010, page, RW));
    ptab_map(&ptab, 0x400000, page, RW);
    EXPECT_PANIC("valid", ptab_map(&ptab, 0x400000, page, RW));
}

#define RUN_PAGES (2 * PTAB_ENTRIES + 20)
#define RUN_SIZE (RUN_PAGES * PAGE_SIZE)
#define RUN_AT (3 * LARGE - 10 * PAGE_SIZE)

/* A run that begins in one table, fills two more and ends in a fourth is there
 * whole, or, where a table is missing, not at all. */
static void test_runs_over_tables(void **state)
{
    const paddr_t memory = paddr(0x40000000);

    (void)state;
    assert_int_equal(ptab_reserve(&ptab, RUN_AT, RUN_SIZE - LARGE), K_OK);
    assert_false(ptab_map_run(&ptab, RUN_AT, memory, RUN_SIZE, RW));
    expect_nothing(RUN_AT);
    assert_int_equal(ptab_reserve(&ptab, RUN_AT, RUN_SIZE), K_OK);
    assert_true(ptab_map_run(&ptab, RUN_AT, memory, RUN_SIZE, RW));
    expect_nothing(RUN_AT - PAGE_SIZE);
    for (uint64_t at = 0; at < RUN_SIZE; at += PAGE_SIZE)
        expect_mapped(RUN_AT + at, memory.raw + at, RW);
    expect_nothing(RUN_AT + RUN_SIZE);
    ptab_unmap_run(&ptab, RUN_AT, RUN_SIZE, false);
    for (uint64_t at = 0; at < RUN_SIZE; at += PAGE_SIZE)
        expect_nothing(RUN_AT + at);
}

/* Another page, the same protection, and nobody has written to it. */
static void test_replace(void **state)
{
    const uint64_t at = 0x400000;
    paddr_t first = page_new(), second = page_new(), dirty;

    (void)state;
    assert_int_equal(ptab_reserve(&ptab, at, PAGE_SIZE), K_OK);
    EXPECT_PANIC("valid", ptab_replace(&ptab, at, second, false));
    ptab_map(&ptab, at, first, RW);
    ptab_replace(&ptab, at, second, false);
    expect_mapped(at, second.raw, RW);
    assert_int_equal(ptab_page(&ptab, at).raw, second.raw);
    assert_int_equal(ptab_take_dirty(&ptab, at, at + PAGE_SIZE, &dirty),
                     at + PAGE_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_borders, setup),
        cmocka_unit_test(test_destroy_gives_back),
        cmocka_unit_test(test_reserve_out_of_frames),
        cmocka_unit_test_setup(test_range, setup),
        cmocka_unit_test_setup(test_range_of_all_sizes, setup),
        cmocka_unit_test_setup(test_entry, setup),
        cmocka_unit_test_setup(test_misuse, setup),
        cmocka_unit_test_setup(test_runs_over_tables, setup),
        cmocka_unit_test_setup(test_replace, setup),
    };

    return cmocka_run_group_tests_name("ptab", tests, NULL, NULL);
}
