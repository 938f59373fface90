/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every invariant that bank_check() knows is broken once, to see that it is
 * noticed; and so are the preconditions of the page map.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "bank_host.h"
#include "mm/bank_core.h"
#include "test.h"

#define PAGES 32u

#define CAPACITY 256u

/* A copy, to be written to. */
static struct copy {
    struct bank_header *header;
    struct bank_entry *entries;
} copy_of(unsigned copy)
{
    struct bank_metadata *metadata =
        fake_ram(test_bank_place().base, PAGES * PAGE_SIZE);
    struct bank_copy it = bank_copy_at(metadata, copy, CAPACITY);

    return (struct copy){(struct bank_header *)(uintptr_t)it.header,
                         (struct bank_entry *)(uintptr_t)it.entries};
}

/* Three blocks of one page. */
static int setup(void **state)
{
    struct bank_request request = {"one", "tester", "key", 4, 1};

    (void)state;
    test_bank_begin(PAGES);
    assert_int_equal(bank_allocate(&request), 0);
    request.name = "two";
    assert_int_equal(bank_allocate(&request), 1);
    request.name = "three";
    assert_int_equal(bank_allocate(&request), 2);
    assert_null(bank_check());
    return 0;
}

/* Makes all checks right for the contents as they are. */
static void reseal(void)
{
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        struct copy copy = copy_of(i);

        copy.header->entry_sum = 0;
        for (unsigned slot = 0; slot < CAPACITY; slot++) {
            struct bank_entry *entry = &copy.entries[slot];

            entry->check = bank_entry_check(entry, slot);
            copy.header->entry_sum += entry->check;
        }
        copy.header->check = bank_header_check(copy.header);
    }
}

static void expect(const char *words)
{
    const char *wrong = bank_check();

    assert_non_null(wrong);
    assert_string_equal(wrong, words);
}

static void test_headers(void **state)
{
    struct bank_header *header = copy_of(1).header;

    (void)state;
    header->magic++;
    expect("a header does not begin as a bank's");
    header->magic--;
    header->layout++;
    expect("a header does not begin as a bank's");
    header->layout--;
    header->revision++;
    expect("a header does not fit its check");
    header->check = bank_header_check(header);
    expect("the copies' headers differ");
    header->revision--;
    header->used++;
    header->check = bank_header_check(header);
    expect("a header counts other blocks than the kernel");
    header->used--;
    header->entry_sum++;
    header->check = bank_header_check(header);
    expect("a header belongs to other entries");
    header->entry_sum--;
    header->pages--;
    header->check = bank_header_check(header);
    expect("a header is of another bank");
    header->pages++;
    header->extent++;
    header->check = bank_header_check(header);
    expect("a header is of another bank");
    header->extent--;
    header->capacity += 64;
    header->check = bank_header_check(header);
    expect("a header is of another bank");
}

static void test_entries(void **state)
{
    struct copy a = copy_of(0), b = copy_of(1);
    uint64_t check = b.entries[1].check;

    (void)state;
    b.entries[1].owner[0]++;
    expect("an entry does not fit its check");
    /* Differences that cancel out in the sum. */
    b.entries[1].check = bank_entry_check(&b.entries[1], 1);
    a.header->entry_sum = b.header->entry_sum +=
        b.entries[1].check - check;
    a.header->check = b.header->check = bank_header_check(b.header);
    expect("a header belongs to other entries");
}

static void test_copies_differ(void **state)
{
    struct copy b = copy_of(1);

    (void)state;
    b.entries[1].owner[0]++;
    reseal();
    expect("the copies' headers differ");
}

/* Changes an entry in both copies, with all checks right. */
static void change_entry(unsigned slot, void (*change)(struct bank_entry *))
{
    for (unsigned i = 0; i < BANK_COPIES; i++)
        change(&copy_of(i).entries[slot]);
    reseal();
}

static void become_one(struct bank_entry *entry)
{
    memcpy(entry->name, copy_of(0).entries[0].name, sizeof(entry->name));
}

static void become_unknown(struct bank_entry *entry)
{
    entry->name[0] = 'x';
}

static void become_low(struct bank_entry *entry)
{
    entry->first_page--;
}

static void become_far(struct bank_entry *entry)
{
    entry->first_page += 5;
}

static void become_outside(struct bank_entry *entry)
{
    entry->first_page = PAGES;
}

static void become_free(struct bank_entry *entry)
{
    memset(entry, 0, sizeof(*entry));
}

static void test_names(void **state)
{
    (void)state;
    change_entry(1, become_unknown);
    expect("a block is not found by its name");
    setup(state);
    change_entry(1, become_one);
    expect("two blocks have one name");
}

static void test_pages(void **state)
{
    (void)state;
    change_entry(1, become_low);
    expect("a block has other pages than the kernel knows");
    setup(state);
    change_entry(2, become_far);
    expect("a block has other pages than the kernel knows");
    setup(state);
    change_entry(2, become_outside);
    expect("it ends beyond the end of the bank");
    setup(state);
    bank_pages_take(200, 30, 1);
    expect("pages are taken that no block has");
    setup(state);
    bank_pages_release(2, 22, 1);
    expect("a block has other pages than the kernel knows");
}

static void test_used(void **state)
{
    (void)state;
    change_entry(2, become_free);
    expect("the kernel and the directory differ in what is used");
}

/* Who is damaged himself writes nothing: neither zeros into pages of which the
 * directory says that they are a block's, nor a change that is worked out from
 * another header than the one that was committed. */
static void test_damaged_kernel(void **state)
{
    struct bank_request request = {"four", "tester", "key", 4, 1};
    struct bank_list list = BANK_LIST_EMPTY;

    (void)state;
    change_entry(2, become_free);
    EXPECT_PANIC("bank_header_same", (void)!bank_allocate(&request));
    setup(state);
    change_entry(2, become_far);
    request.size = 6 * PAGE_SIZE;
    EXPECT_PANIC("bank_header_same", (void)!bank_allocate(&request));
    setup(state);
    copy_of(0).header->used++;
    bank_list_add(&list, 1);
    EXPECT_PANIC("bank_header_same", bank_free(&list));
    setup(state);
    become_free(&copy_of(0).entries[2]);
    EXPECT_PANIC("bank_entry_used", bank_free_one(2));
}

static void expect_untouched(const char *name)
{
    struct bank_block block = bank_block((unsigned)bank_find(name));
    const uint8_t *bytes = fake_ram(block.memory, block.size);

    for (size_t i = 0; i < block.size; i++)
        assert_int_equal(bytes[i], 0x77);
}

/* Each of the three blocks has something in it. */
static void fill(void)
{
    for (unsigned slot = 0; slot < 3; slot++)
        memset(fake_ram(bank_block(slot).memory, PAGE_SIZE), 0x77, PAGE_SIZE);
}

/* The kernel is mistaken in what is free: somebody else is asked before each
 * page is zeroed. */
static void test_pages_are_asked_for(void **state)
{
    struct bank_request request = {"four", "tester", NULL, 0, 1};

    (void)state;
    fill();
    bank_pages_release(2, 22, 1);
    bank_pages_take(2, 30, 1);
    EXPECT_PANIC("bank_taken_has", (void)!bank_allocate(&request));
    expect_untouched("three");
    setup(state);
    fill();
    bank_pages_release(0, 20, 1);
    bank_pages_take(0, 19 + 11, 1);
    bank_pages_release(1, 21, 1);
    bank_pages_take(1, 20, 1);
    EXPECT_PANIC("bank_taken_has", (void)!bank_allocate(&request));
    expect_untouched("one");
    expect_untouched("two");
    expect_untouched("three");
    setup(state);
    bank_taken_remove(22, 1); /* and if that one is, bank_check() sees it */
    expect("a block's pages are nobody's");
    setup(state);
    bank_taken_add(30, 1);
    expect("pages are taken that no block has");
}

/* Pages that are somebody's, on their own: across words of bits. */
static void test_taken(void **state)
{
    (void)state;
    assert_true(bank_taken_init(300));
    assert_int_equal(bank_taken_count(), 0);
    bank_taken_add(63, 1);
    bank_taken_add(64, 130);
    assert_int_equal(bank_taken_count(), 131);
    assert_false(bank_taken_has(62));
    assert_true(bank_taken_has(63));
    assert_true(bank_taken_has(193));
    assert_false(bank_taken_has(194));
    assert_true(bank_taken_all(63, 131));
    assert_false(bank_taken_all(62, 2));
    assert_false(bank_taken_all(192, 3));
    bank_taken_remove(100, 3);
    assert_int_equal(bank_taken_count(), 128);
    assert_false(bank_taken_has(102));
    EXPECT_PANIC("& bits", bank_taken_add(99, 4));
    EXPECT_PANIC("& bits", bank_taken_remove(102, 2));
    EXPECT_PANIC("taken.total", (void)bank_taken_has(300));
    EXPECT_PANIC("taken.total", bank_taken_add(299, 2));
    bank_taken_add(299, 1);
    assert_true(bank_taken_has(299));
}

/* The places of the blocks, on their own. */
static void test_places(void **state)
{
    (void)state;
    assert_true(bank_pages_init(CAPACITY, 20, 200));
    assert_int_equal(bank_pages_count_free(), 180);
    bank_pages_take(7, 60, 70);
    assert_int_equal(bank_pages_find(40), 20);
    assert_int_equal(bank_pages_find(41), 130);
    assert_int_equal(bank_pages_find(70), 130);
    assert_int_equal(bank_pages_find(71), -1);
    assert_true(bank_pages_has(7, 60, 70));
    assert_false(bank_pages_has(7, 60, 69));
    assert_false(bank_pages_has(8, 60, 70));
    assert_false(bank_pages_free(129, 2));
    assert_false(bank_pages_free(59, 2));
    assert_true(bank_pages_free(130, 70));
    bank_pages_take(3, 130, 1);
    EXPECT_PANIC("run != NULL", bank_pages_take(4, 100, 1));
    EXPECT_PANIC("run != NULL", bank_pages_take(4, 59, 2));
    EXPECT_PANIC("list_empty", bank_pages_release(4, 0, 0));
    EXPECT_PANIC("place->first", bank_pages_release(3, 131, 1));
    EXPECT_PANIC("place->count", bank_pages_release(3, 130, 2));
    EXPECT_PANIC("first >= pages.first", (void)bank_pages_free(19, 1));
    EXPECT_PANIC("first <= pages.total", (void)bank_pages_free(201, 1));
    EXPECT_PANIC("count <= pages.total", (void)bank_pages_free(199, 2));
    EXPECT_PANIC("count > 0", (void)bank_pages_find(0));
    EXPECT_PANIC("first <= total", (void)!bank_pages_init(256, 21, 20));
    EXPECT_PANIC("BANK_PAGES_MAX",
                 (void)!bank_pages_init(256, 20, BANK_PAGES_MAX + 1));
    assert_true(bank_pages_init(256, 20, BANK_PAGES_MAX));
    bank_pages_take(0, 20, BANK_PAGES_MAX - 21);
    assert_int_equal(bank_pages_find(1), BANK_PAGES_MAX - 1);
    assert_int_equal(bank_pages_count_free(), 1);
}

/* The same against a list of pages that is looked through, at random. */
static void test_places_at_random(void **state)
{
    enum { TOTAL = 400, ROUNDS = 20000 };
    static bool taken[TOTAL];
    static struct {
        unsigned first, count;
    } blocks[CAPACITY];
    uint64_t random = test_seed();

    (void)state;
    memset(taken, 0, sizeof(taken));
    memset(blocks, 0, sizeof(blocks));
    assert_true(bank_pages_init(CAPACITY, 20, TOTAL));
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned slot = (unsigned)test_random_below(&random, 64);
        unsigned count = 1 + (unsigned)test_random_below(&random, 12);
        unsigned run = 0, page;

        if (blocks[slot].count > 0) {
            bank_pages_release(slot, blocks[slot].first, blocks[slot].count);
            memset(taken + blocks[slot].first, 0, blocks[slot].count);
            blocks[slot].count = 0;
            continue;
        }
        for (page = 20; page < TOTAL && run < count; page++)
            run = taken[page] ? 0 : run + 1;
        assert_int_equal(bank_pages_find(count),
                         run == count ? (int)(page - count) : -1);
        if (run < count)
            continue;
        blocks[slot].first = page - count;
        blocks[slot].count = count;
        bank_pages_take(slot, blocks[slot].first, count);
        memset(taken + blocks[slot].first, 1, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_headers, setup),
        cmocka_unit_test_setup(test_entries, setup),
        cmocka_unit_test_setup(test_copies_differ, setup),
        cmocka_unit_test_setup(test_names, setup),
        cmocka_unit_test_setup(test_pages, setup),
        cmocka_unit_test_setup(test_used, setup),
        cmocka_unit_test_setup(test_damaged_kernel, setup),
        cmocka_unit_test_setup(test_pages_are_asked_for, setup),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_places_at_random),
    };

    return cmocka_run_group_tests_name("bank_check", tests, NULL, NULL);
}
