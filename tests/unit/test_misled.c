/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A kernel whose own code is damaged: what looks for a block finds another's,
 * what stores stores elsewhere.  Other code looks once more, and nothing is
 * given away, nothing freed, and the second copy is not touched.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) $(HOST_PMM) */
/* wraps: bank_find_name bank_find_key kspace_bank_unlock bank_pages_find */
#include "kspace_host.h"
#include "memory.h"
#include "mm/aspace.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"
#include "mm/pmm.h"
#include "test.h"

#define PAGES 32u

static struct aspace space;
static struct pmm_holder boss;

/* What is damaged; each is off at first. */
static struct {
    const char *name;   /* is found, whatever is looked for */
    const void *place;  /* stores to it ... */
    const void *target; /* ... go there */
    int page;           /* is said to be free */
} misled;

int __real_bank_pages_find(unsigned count);
int __wrap_bank_pages_find(unsigned count);

int __real_bank_find_name(const struct bank_name *name);
int __wrap_bank_find_name(const struct bank_name *name);
unsigned __real_bank_find_key(const void *key, unsigned key_size,
                              struct bank_list *list);
unsigned __wrap_bank_find_key(const void *key, unsigned key_size,
                              struct bank_list *list);
struct kspace_opened __real_kspace_bank_unlock(const void *place,
                                               const void *other);
struct kspace_opened __wrap_kspace_bank_unlock(const void *place,
                                               const void *other);

int __wrap_bank_find_name(const struct bank_name *name)
{
    return misled.name != NULL ? bank_find(misled.name)
                               : __real_bank_find_name(name);
}

int __wrap_bank_pages_find(unsigned count)
{
    return misled.page != 0 ? misled.page : __real_bank_pages_find(count);
}

unsigned __wrap_bank_find_key(const void *key, unsigned key_size,
                              struct bank_list *list)
{
    if (misled.name == NULL)
        return __real_bank_find_key(key, key_size, list);
    *list = BANK_LIST_EMPTY;
    bank_list_add(list, (unsigned)bank_find(misled.name));
    return 1;
}

struct kspace_opened __wrap_kspace_bank_unlock(const void *place,
                                               const void *other)
{
    struct kspace_opened opened = __real_kspace_bank_unlock(place, other);

    if (misled.target != NULL && place == misled.place)
        opened.place = (void *)(uintptr_t)misled.target;
    return opened;
}

static PmmName name_of(const char *text)
{
    PmmName name = {"RAM", ""};

    memcpy(name.name, text, strlen(text));
    return name;
}

static KnError allocate(const char *text, const char *key)
{
    PmmName name = name_of(text);
    struct pmm_request request = {&name, 1, key, (unsigned)strlen(key)};
    VmAddr where;

    return pmm_allocate(&boss, &request, &where);
}

/* Three blocks of two keys, held by nobody. */
static int setup(void **state)
{
    struct bank_place place;
    struct bank_report report;

    (void)state;
    memset(&misled, 0, sizeof(misled));
    test_bank_erase(PAGES);
    place = test_bank_place();
    bank_open(&place, BOOT_COLD, &report);
    test_memory_init(200);
    pmm_init();
    assert_int_equal(aspace_create(&space, true), K_OK);
    boss = (struct pmm_holder){
        .space = &space, .aid = 100, .trusted = true, .group = -1};
    pmm_join(&boss);
    assert_int_equal(allocate("one", "key"), K_OK);
    assert_int_equal(allocate("two", "key"), K_OK);
    assert_int_equal(allocate("three", "yek"), K_OK);
    pmm_leave(&boss);
    pmm_join(&boss);
    return 0;
}

static struct bank_copy copy_of(unsigned copy)
{
    return *bank_copy(copy);
}

/* Copy B as it is; and whether it still is. */
static struct {
    struct bank_header header;
    struct bank_entry entries[4];
} before;

static void copy_b_note(void)
{
    before.header = *copy_of(BANK_COPY_B).header;
    memcpy(before.entries, copy_of(BANK_COPY_B).entries,
           sizeof(before.entries));
}

static void copy_b_expect(void)
{
    assert_memory_equal(copy_of(BANK_COPY_B).header, &before.header,
                        sizeof(before.header));
    assert_memory_equal(copy_of(BANK_COPY_B).entries, before.entries,
                        sizeof(before.entries));
}

static void test_another_name(void **state)
{
    PmmName name = name_of("two");

    (void)state;
    misled.name = "one";
    EXPECT_PANIC("name_is", (void)!allocate("two", "key"));
    setup(state);
    misled.name = "one";
    EXPECT_PANIC("name_is", (void)!pmm_free(&boss, &name));
    misled.name = NULL;
    assert_true(bank_find("one") >= 0);
    assert_int_equal(pmm_free(&boss, &name), K_OK);
}

static void test_another_key(void **state)
{
    (void)state;
    misled.name = "three";
    EXPECT_PANIC("blocks_have_key", (void)!pmm_free_all(&boss, "key", 3));
    EXPECT_PANIC("blocks_have_key", (void)!pmm_free_group(3));
    misled.name = NULL;
    assert_true(bank_find("three") >= 0);
    assert_int_equal(pmm_free_all(&boss, "yek", 3), K_OK);
}

/* Copy A gets something else than was meant: the next start takes copy B. */
static void stores_go(unsigned slot, unsigned other)
{
    misled.place = &copy_of(BANK_COPY_A).entries[slot];
    misled.target = &copy_of(BANK_COPY_A).entries[other];
    kspace_host.watch = false;
}

static void test_another_entry(void **state)
{
    struct bank_request request = {"four", "tester", "key", 3, 1};
    struct bank_list list = BANK_LIST_EMPTY;

    (void)state;
    copy_b_note();
    stores_go(3, 2);
    EXPECT_PANIC("change_stands", (void)!bank_allocate(&request));
    copy_b_expect();
    setup(state);
    copy_b_note();
    stores_go(1, 2);
    EXPECT_PANIC("change_stands", bank_free_one(1));
    copy_b_expect();
    setup(state);
    copy_b_note();
    stores_go(1, 2);
    bank_list_add(&list, 0);
    bank_list_add(&list, 1);
    EXPECT_PANIC("frees_stand", bank_free(&list));
    copy_b_expect();
    kspace_host.watch = true;
}

/* Pages of another's, of the directory, or behind the bank are not zeroed, nor
 * any behind free ones. */
static void test_another_page(void **state)
{
    struct bank_request request = {"four", "tester", NULL, 0, 1};
    struct bank_block block = bank_block((unsigned)bank_find("two"));
    uint8_t *bytes = fake_ram(block.memory, block.size);

    (void)state;
    memset(bytes, 0x77, block.size);
    misled.page = (int)(block.offset / PAGE_SIZE);
    EXPECT_PANIC("bank_taken_has", (void)!bank_allocate(&request));
    misled.page = 19;
    EXPECT_PANIC("bank_taken_has", (void)!bank_allocate(&request));
    misled.page = PAGES;
    EXPECT_PANIC("taken.total", (void)!bank_allocate(&request));
    assert_int_equal(pmm_free(&boss, &(PmmName){"RAM", "one"}), K_OK);
    request.size = 2 * PAGE_SIZE; /* one page is free, and then comes two's */
    misled.page = 20;
    EXPECT_PANIC("bank_taken_has", (void)!bank_allocate(&request));
    for (size_t i = 0; i < block.size; i++)
        assert_int_equal(bytes[i], 0x77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_another_name, setup),
        cmocka_unit_test_setup(test_another_key, setup),
        cmocka_unit_test_setup(test_another_entry, setup),
        cmocka_unit_test_setup(test_another_page, setup),
    };

    return cmocka_run_group_tests_name("misled", tests, NULL, NULL);
}
