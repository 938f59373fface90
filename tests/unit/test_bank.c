/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bank at work: slots, names, pages, limits, keys, figures.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "bank_host.h"
#include "kspace_host.h"
#include "mm/bank_core.h"
#include "test.h"

/* Metadata and 44 pages for blocks. */
#define PAGES 64u
#define FIRST_PAGE 20u
#define FIRST_OFFSET (FIRST_PAGE * PAGE_SIZE)
#define BLOCK_PAGES (PAGES - FIRST_PAGE)

static int setup(void **state)
{
    (void)state;
    test_bank_begin(PAGES);
    return 0;
}

static void check(void)
{
    const char *wrong = bank_check();

    if (wrong != NULL)
        fail_msg("bank_check: %s", wrong);
}

static int allocate(const char *name, const char *key, uint64_t size)
{
    struct bank_request request = {
        .name = name,
        .owner = "tester",
        .key = key,
        .key_size = (unsigned)strlen(key),
        .size = size,
    };
    int slot = bank_allocate(&request);

    check();
    return slot;
}

static void free_one(int slot)
{
    struct bank_list list = BANK_LIST_EMPTY;

    bank_list_add(&list, (unsigned)slot);
    bank_free(&list);
    check();
}

static void free_all(void)
{
    struct bank_list list = BANK_LIST_EMPTY;

    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
        bank_list_add(&list, (unsigned)i);
    bank_free(&list);
    check();
}

static void test_slots(void **state)
{
    struct bank_list list = BANK_LIST_EMPTY;

    (void)state;
    assert_int_equal(bank_next(0), -1);
    for (unsigned slot = 0; slot < 130; slot++)
        assert_int_equal(bank_slot_take(), slot);
    bank_slot_use(255);
    bank_slot_leave(65);
    assert_int_equal(bank_slot_take(), 65);
    bank_slot_leave(65);
    assert_int_equal(bank_next(64), 64);
    assert_int_equal(bank_next(65), 66);
    assert_int_equal(bank_next(130), 255);
    assert_int_equal(bank_next(256), -1);
    assert_true(bank_used(255));
    assert_false(bank_used(65));
    assert_false(bank_used(256));
    EXPECT_PANIC("is_used", bank_slot_use(255));
    EXPECT_PANIC("is_used", bank_slot_leave(65));
    EXPECT_PANIC("capacity", bank_list_add(&list, 256));
    bank_list_add(&list, 255);
    bank_list_add(&list, 7);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.first, 7);
    assert_int_equal(bank_list_next(7), 255);
    assert_int_equal(bank_list_next(255), -1);
}

static void test_allocate_describes(void **state)
{
    int slot = allocate("alpha", "key", 5000);
    struct bank_block block;

    (void)state;
    assert_int_equal(slot, 0);
    block = bank_block(0);
    assert_string_equal(block.name, "alpha");
    assert_string_equal(block.owner, "tester");
    assert_int_equal(block.key_size, 3);
    assert_memory_equal(block.key, "key", 3);
    assert_int_equal(block.offset, FIRST_OFFSET);
    assert_int_equal(block.size, 2 * PAGE_SIZE);
    assert_int_equal(block.memory.raw,
                     test_bank_place().base.raw + FIRST_OFFSET);
    assert_int_equal(bank_find("alpha"), 0);
    assert_int_equal(bank_find("alph"), K_EUNKNOWN);
    assert_int_equal(bank_find("alphab"), K_EUNKNOWN);
}

static void test_allocate_zeroes(void **state)
{
    struct bank_block block = bank_block((unsigned)allocate("z", "", 8192));
    const uint8_t *bytes = fake_ram(block.memory, block.size);

    (void)state;
    for (size_t i = 0; i < block.size; i++)
        assert_int_equal(bytes[i], 0);
    /* The page after it is still rubbish. */
    assert_non_null(memchr(bytes + block.size, 0xff, PAGE_SIZE));
}

static void test_zero_again_after_free(void **state)
{
    int slot = allocate("z", "", 4096);
    uint8_t *bytes = fake_ram(bank_block((unsigned)slot).memory, 4096);

    (void)state;
    memset(bytes, 0x5a, 4096);
    free_one(slot);
    slot = allocate("y", "", 1);
    assert_ptr_equal(bytes, fake_ram(bank_block((unsigned)slot).memory, 1));
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(bytes[i], 0);
}

static void test_sizes(void **state)
{
    (void)state;
    assert_int_equal(allocate("a", "", 0), K_ESIZE);
    assert_int_equal(allocate("a", "", UINT64_MAX), K_ESIZE);
    assert_int_equal(allocate("a", "", UINT64_MAX - PAGE_SIZE + 1), K_ESIZE);
    assert_int_equal(allocate("a", "", BLOCK_PAGES * PAGE_SIZE + 1), K_ESIZE);
    assert_int_equal(bank_next(0), -1);
    assert_int_equal(allocate("a", "", BLOCK_PAGES * PAGE_SIZE), 0);
    assert_int_equal(bank_usage().free, 0);
    assert_int_equal(allocate("b", "", 1), K_ESPACE);
    free_one(0);
    assert_int_equal(bank_usage().free, BLOCK_PAGES * PAGE_SIZE);
}

static void test_first_fit(void **state)
{
    (void)state;
    assert_int_equal(allocate("a", "", 3 * PAGE_SIZE), 0);
    assert_int_equal(allocate("b", "", 2 * PAGE_SIZE), 1);
    assert_int_equal(allocate("c", "", 1 * PAGE_SIZE), 2);
    free_one(0);
    assert_int_equal(allocate("d", "", 4 * PAGE_SIZE), 0);
    assert_int_equal(bank_block(0).offset, FIRST_OFFSET + 6 * PAGE_SIZE);
    assert_int_equal(allocate("e", "", 3 * PAGE_SIZE), 3);
    assert_int_equal(bank_block(3).offset, FIRST_OFFSET);
}

static void test_fragmented(void **state)
{
    char name[8];

    (void)state;
    for (int i = 0; i < 22; i++) {
        snprintf(name, sizeof(name), "b%d", i);
        assert_int_equal(allocate(name, "", 2 * PAGE_SIZE), i);
    }
    for (int i = 0; i < 22; i += 2)
        free_one(i);
    assert_int_equal(bank_usage().free, 22 * PAGE_SIZE);
    assert_int_equal(allocate("big", "", 3 * PAGE_SIZE), K_ESPACE);
    assert_int_equal(allocate("fits", "", 2 * PAGE_SIZE), 0);
}

static void test_blocks_max(void **state)
{
    struct bank_place place = test_bank_place();
    struct bank_report report;

    (void)state;
    place.blocks_max = 2;
    bank_open(&place, BOOT_WARM, &report);
    assert_int_equal(allocate("a", "", 1), 0);
    assert_int_equal(allocate("b", "", 1), 1);
    assert_int_equal(allocate("c", "", 1), K_EFULL);
    place.blocks_max = 1; /* a limit on allocation only */
    bank_open(&place, BOOT_WARM, &report);
    assert_int_equal(report.kept, 2);
    free_one(0);
    assert_int_equal(allocate("c", "", 1), K_EFULL);
    free_one(1);
    assert_int_equal(allocate("c", "", 1), 0);
}

/* A bank of so many pages in which slots are free from a number on. */
static void fill(struct bank_place *place, unsigned pages, unsigned count)
{
    struct bank_report report;
    char name[8];

    test_bank_erase(pages);
    kspace_host.watch = pages < 1000;
    *place = test_bank_place();
    place->blocks_max = 100000;
    bank_open(place, BOOT_COLD, &report);
    for (unsigned i = 0; i < count; i++) {
        struct bank_request request = {name, "o", NULL, 0, 1};

        snprintf(name, sizeof(name), "%u", i);
        assert_int_equal(bank_allocate(&request), i);
    }
}

/* The directory can be filled to its end, whatever the limit asks for. */
static void test_capacity(void **state)
{
    struct bank_place place;
    struct bank_report report;

    (void)state;
    fill(&place, FIRST_PAGE + 256 + 1, 256);
    assert_int_equal(bank_capacity(), 256);
    assert_int_equal(bank_usage().blocks_max, 256);
    assert_int_equal(allocate("more", "", 1), K_EFULL);
    bank_open(&place, BOOT_WARM, &report);
    assert_int_equal(report.kept, 256);
    check();
    assert_int_equal(bank_find("255"), 255);
    free_one(17);
    assert_int_equal(allocate("again", "", 1), 17);
    free_all();
    assert_int_equal(bank_usage().blocks, 0);
}

/* The capacity that a size gives, on both sides of each step. */
static void test_capacity_by_size(void **state)
{
    static const struct {
        uint64_t pages;
        unsigned capacity;
    } sizes[] = {
        {21, 256},     {1024, 256},     {1279, 256},      {1280, 320},
        {1535, 320},   {1536, 384},     {131071, 32704},  {131072, 32768},
        {131073, 32768}, {BANK_PAGES_MAX, 32768},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        assert_int_equal(bank_capacity_for(sizes[i].pages),
                         sizes[i].capacity);
    assert_int_equal(bank_first_page(256), 20);
    assert_int_equal(bank_first_page(320), 24);
    assert_int_equal(bank_first_page(32768), 2052);
}

static const struct bank_header *header(void)
{
    return bank_copy(BANK_COPY_A)->header;
}

/* A directory of more than the smallest number of slots: it grows when there is
 * no lower slot, and is read as far as it has grown. */
static void test_extent(void **state)
{
    struct bank_place place;
    struct bank_report report;

    (void)state;
    fill(&place, 1280, 256);
    assert_int_equal(bank_capacity(), 320);
    assert_int_equal(header()->extent, 256);
    assert_int_equal(allocate("grows", "k", 1), 256);
    assert_int_equal(header()->extent, 257);
    free_one(256);
    assert_int_equal(header()->extent, 257);
    free_one(7);
    assert_int_equal(allocate("low", "", 1), 7);
    assert_int_equal(header()->extent, 257);
    assert_int_equal(allocate("again", "", 1), 256);
    for (unsigned i = 257; i < 320; i++)
        assert_int_equal(allocate((char[]){(char)i, 'x', 0}, "", 1), i);
    assert_int_equal(header()->extent, 320);
    assert_int_equal(allocate("more", "", 1), K_EFULL);
    bank_open(&place, BOOT_WARM, &report);
    assert_int_equal(report.start, BANK_KEPT);
    assert_int_equal(report.kept, 320);
    assert_int_equal(header()->extent, 320);
    assert_int_equal(bank_find("again"), 256);
    free_all();
    bank_open(&place, BOOT_WARM, &report);
    assert_int_equal(header()->extent, 320);
    check();
    kspace_host.watch = true;
}

/* The largest bank, as far as the fake machine has RAM, nearly filled. */
static void test_large(void **state)
{
    struct bank_place place;
    struct bank_report report;

    (void)state;
    fill(&place, 7680, 1800);
    assert_int_equal(bank_capacity(), 1920);
    check();
    bank_open(&place, BOOT_COLD, &report);
    assert_int_equal(report.kept, 1800);
    assert_int_equal(bank_find("1799"), 1799);
    free_one(900);
    assert_int_equal(allocate("x", "", 1), 900);
    bank_limit_blocks(1800);
    assert_int_equal(allocate("y", "", 1), K_EFULL);
    bank_limit_blocks(1801);
    assert_int_equal(allocate("y", "", 1), 1800);
    bank_limit_blocks(100000);
    assert_int_equal(bank_usage().blocks_max, 1920);
    kspace_host.watch = true;
}

static void test_keys(void **state)
{
    struct bank_list list;

    (void)state;
    assert_int_equal(allocate("a", "k", 1), 0);
    assert_int_equal(allocate("b", "kk", 1), 1);
    assert_int_equal(allocate("c", "k", 1), 2);
    assert_int_equal(allocate("d", "", 1), 3);
    assert_int_equal(bank_find_key("k", 1, &list), 2);
    assert_int_equal(list.first, 0);
    assert_int_equal(bank_list_next(0), 2);
    assert_int_equal(bank_find_key("x", 1, &list), 0);
    assert_int_equal(bank_find_key("k\0", 2, &list), 0);
    assert_int_equal(bank_find_key("kk", 2, &list), 1);
    bank_free(&list);
    check();
    assert_int_equal(bank_find("b"), K_EUNKNOWN);
    assert_int_equal(bank_usage().blocks, 3);
}

static void test_longest_texts(void **state)
{
    char name[48], owner[100];
    struct bank_request request = {name, owner, name, 32, 1};
    struct bank_block block;

    (void)state;
    memset(name, 'n', 47);
    name[47] = '\0';
    memset(owner, 'o', 99);
    owner[99] = '\0';
    assert_int_equal(bank_allocate(&request), 0);
    check();
    block = bank_block(0);
    assert_string_equal(block.name, name);
    assert_int_equal(strlen(block.owner), K_ACTORNAMEMAX - 1);
    assert_int_equal(block.key_size, 32);
    assert_int_equal(bank_find(name), 0);
}

static void test_preconditions(void **state)
{
    struct bank_request request = {"a", "o", NULL, 0, 1};
    struct bank_list list = BANK_LIST_EMPTY;
    char name[49];

    (void)state;
    memset(name, 'n', 48);
    name[48] = '\0';
    assert_int_equal(bank_allocate(&request), 0);
    EXPECT_PANIC("bank_find_name", assert_true(bank_allocate(&request) == 0));
    request.name = "";
    EXPECT_PANIC("name", assert_true(bank_allocate(&request) == 0));
    request.name = name;
    EXPECT_PANIC("name", assert_true(bank_allocate(&request) == 0));
    request = (struct bank_request){"b", "o", "k", 33, 1};
    EXPECT_PANIC("key_size", assert_true(bank_allocate(&request) == 0));
    bank_list_add(&list, 5);
    EXPECT_PANIC("bank_entry_used", bank_free(&list));
    EXPECT_PANIC("bank_entry_used", (void)bank_block(5));
}

static void test_free_is_one_commit(void **state)
{
    unsigned before;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(allocate((char[]){(char)('a' + i), 0}, "k", 1), i);
    before = kspace_host.stores;
    free_all();
    /* In each copy four entries and the header. */
    assert_int_equal(kspace_host.stores - before, 10);
    before = kspace_host.stores;
    free_all();
    assert_int_equal(kspace_host.stores, before);
}

/* RAM for what is derived from the directory runs out, wherever it does. */
static void test_no_tables(void **state)
{
    struct bank_place place = test_bank_place();
    struct bank_report report;
    int left = 0;

    (void)state;
    for (report.start = BANK_ABSENT; report.start == BANK_ABSENT; left++) {
        kspace_host.tables_left = left;
        bank_open(&place, BOOT_WARM, &report);
        assert_int_equal(bank_present(), report.start != BANK_ABSENT);
        if (report.start != BANK_ABSENT)
            break;
        assert_string_equal(report.why, "there is no memory for its tables");
        assert_int_equal(bank_find("a"), K_EUNKNOWN);
        assert_int_equal(bank_next(0), -1);
    }
    kspace_host.tables_left = -1;
    assert_int_equal(report.start, BANK_KEPT);
    assert_true(left > 5);
}

static void test_without_bank(void **state)
{
    struct bank_place place = {paddr(0), 0, 30};
    struct bank_last_words words = {.cause = "x"};
    struct bank_report report;
    struct bank_list list = BANK_LIST_EMPTY;

    (void)state;
    bank_open(&place, BOOT_COLD, &report);
    assert_int_equal(report.start, BANK_ABSENT);
    assert_false(bank_present());
    assert_int_equal(allocate("a", "", 1), K_ESPACE);
    assert_int_equal(bank_find("a"), K_EUNKNOWN);
    assert_int_equal(bank_find_key("a", 1, &list), 0);
    bank_free(&list);
    bank_note_stable();
    assert_int_equal(bank_usage().total, 0);
    bank_last_words_write(&words);
    assert_int_equal(bank_last_words_read(&words), BANK_WORDS_NONE);
    bank_last_words_told();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_slots, setup),
        cmocka_unit_test_setup(test_allocate_describes, setup),
        cmocka_unit_test_setup(test_allocate_zeroes, setup),
        cmocka_unit_test_setup(test_zero_again_after_free, setup),
        cmocka_unit_test_setup(test_sizes, setup),
        cmocka_unit_test_setup(test_first_fit, setup),
        cmocka_unit_test_setup(test_fragmented, setup),
        cmocka_unit_test_setup(test_blocks_max, setup),
        cmocka_unit_test_setup(test_capacity, setup),
        cmocka_unit_test(test_capacity_by_size),
        cmocka_unit_test(test_extent),
        cmocka_unit_test(test_large),
        cmocka_unit_test_setup(test_keys, setup),
        cmocka_unit_test_setup(test_longest_texts, setup),
        cmocka_unit_test_setup(test_preconditions, setup),
        cmocka_unit_test_setup(test_free_is_one_commit, setup),
        cmocka_unit_test_setup(test_no_tables, setup),
        cmocka_unit_test_setup(test_without_bank, setup),
    };

    return cmocka_run_group_tests_name("bank", tests, NULL, NULL);
}
