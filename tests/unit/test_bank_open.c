/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Opening a bank in whatever state it is found: kept, repaired, salvaged,
 * refused.  These tests damage the metadata by hand; tests/cut does so
 * wholesale.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "kspace_host.h"
#include "mm/bank_core.h"
#include "test.h"

#define PAGES 64u

static struct bank_report report;

/* Two copies of a directory of the smallest capacity. */
#define METADATA_SIZE (20 * PAGE_SIZE)
#define CAPACITY 256u

static struct bank_metadata *metadata(void)
{
    return fake_ram(test_bank_place().base, METADATA_SIZE);
}

static struct bank_entry *entry(unsigned copy, unsigned slot)
{
    struct bank_copy it = bank_copy_at(metadata(), copy, CAPACITY);

    return (struct bank_entry *)(uintptr_t)&it.entries[slot];
}

static struct bank_header *header(unsigned copy)
{
    return &metadata()->copies[copy].header;
}

/* A copy, to be put back. */
struct saved {
    struct bank_header header;
    struct bank_entry entries[CAPACITY];
};

static void copy_save(unsigned copy, struct saved *saved)
{
    saved->header = *header(copy);
    memcpy(saved->entries, entry(copy, 0), sizeof(saved->entries));
}

static void copy_restore(unsigned copy, const struct saved *saved)
{
    *header(copy) = saved->header;
    memcpy(entry(copy, 0), saved->entries, sizeof(saved->entries));
}

/* Opens the bank as a new start would, and checks what came of it. */
static void open_place(struct bank_place place, enum boot_cause cause,
                       enum bank_start expected)
{
    const char *wrong;

    fake_cache_reset();
    bank_open(&place, cause, &report);
    if (report.start != expected)
        fail_msg("bank %s: %s", bank_start_name(report.start), report.why);
    wrong = bank_check();
    if (wrong != NULL)
        fail_msg("bank_check: %s", wrong);
}

static void reopen(enum boot_cause cause, enum bank_start expected)
{
    open_place(test_bank_place(), cause, expected);
}

static void allocate(const char *name, uint64_t size)
{
    struct bank_request request = {name, "tester", "key", 4, size};

    assert_true(bank_allocate(&request) >= 0);
}

/* A bank with three blocks: one (1 page), two (2 pages), three (3 pages). */
static int setup(void **state)
{
    (void)state;
    test_bank_erase(PAGES);
    reopen(BOOT_COLD, BANK_EMPTY);
    allocate("one", PAGE_SIZE);
    allocate("two", 2 * PAGE_SIZE);
    allocate("three", 3 * PAGE_SIZE);
    return 0;
}

/* Makes both copies whole again after their entries were changed by hand, as
 * code gone wrong might: every check is right, only the content is not. */
static void reseal(void)
{
    for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
        header(copy)->entry_sum = 0;
        for (unsigned i = 0; i < CAPACITY; i++) {
            entry(copy, i)->check = bank_entry_check(entry(copy, i), i);
            header(copy)->entry_sum += entry(copy, i)->check;
        }
        header(copy)->check = bank_header_check(header(copy));
    }
}

static void expect_loss(int slot, const char *name, const char *why)
{
    assert_int_equal(report.lost, 1);
    assert_int_equal(report.loss_count, 1);
    assert_int_equal(report.losses[0].slot, slot);
    assert_string_equal(report.losses[0].name, name);
    assert_string_equal(report.losses[0].why, why);
}

/* ---- Nothing there ------------------------------------------------------ */

static void test_cold_rubbish(void **state)
{
    (void)state;
    test_bank_erase(PAGES);
    reopen(BOOT_COLD, BANK_EMPTY);
    assert_string_equal(report.why, "cold start");
    assert_int_equal(report.kept + report.lost, 0);
    assert_int_equal(bank_usage().boots, 0);
}

static void test_cold_zeros(void **state)
{
    (void)state;
    memset(metadata(), 0, METADATA_SIZE);
    reopen(BOOT_COLD, BANK_EMPTY);
    memset(metadata(), 0xff, METADATA_SIZE);
    reopen(BOOT_COLD, BANK_EMPTY);
}

static void test_warm_rubbish(void **state)
{
    (void)state;
    test_bank_erase(PAGES);
    reopen(BOOT_WARM, BANK_FORMATTED);
    assert_string_equal(report.why, "nothing in it could be read");
}

static void test_other_layout(void **state)
{
    (void)state;
    for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
        header(copy)->layout++;
        for (unsigned i = 0; i < CAPACITY; i++)
            entry(copy, i)->check++;
    }
    reopen(BOOT_COLD, BANK_FORMATTED);
    assert_string_equal(report.why, "it has the layout of another version");
    assert_int_equal(bank_usage().blocks, 0);
}

static void test_places(void **state)
{
    struct bank_place good = test_bank_place(), place;

    (void)state;
    place = good;
    place.base.raw += 8;
    open_place(place, BOOT_WARM, BANK_ABSENT);
    place = good;
    place.size -= 8;
    open_place(place, BOOT_WARM, BANK_ABSENT);
    place.size = METADATA_SIZE;
    open_place(place, BOOT_WARM, BANK_ABSENT);
    place.size = PMM_BANK_SIZE_MAX + PAGE_SIZE;
    open_place(place, BOOT_WARM, BANK_ABSENT);
    place.base.raw = 0;
    open_place(place, BOOT_WARM, BANK_ABSENT);
    reopen(BOOT_WARM, BANK_KEPT);
}

/* ---- Kept --------------------------------------------------------------- */

static void test_counters(void **state)
{
    (void)state;
    reopen(BOOT_WARM, BANK_KEPT);
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_usage().site_restarts, 2);
    assert_int_equal(bank_usage().boots, 0);
    reopen(BOOT_COLD, BANK_KEPT);
    assert_int_equal(bank_usage().site_restarts, 0);
    reopen(BOOT_COLD, BANK_KEPT);
    assert_int_equal(bank_usage().boots, 2);
    assert_int_equal(bank_usage().resets, 2);
    bank_note_stable();
    assert_null(bank_check());
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_usage().resets, 0);
    reopen(BOOT_COLD, BANK_KEPT);
    assert_int_equal(bank_usage().resets, 1);
    assert_int_equal(bank_usage().boots, 3);
    assert_int_equal(report.kept, 3);
    assert_string_equal(report.why, "both copies are whole");
}

static void test_one_copy_gone(void **state)
{
    (void)state;
    for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
        memset(header(copy), 0x77, sizeof(struct bank_header));
        memset(entry(copy, 0), 0x77, CAPACITY * sizeof(struct bank_entry));
        reopen(BOOT_COLD, BANK_KEPT);
        assert_int_equal(report.kept, 3);
        assert_int_equal(bank_find("two"), 1);
    }
}

/* One entry of a copy is an older one, as good as any by its own check. */
static void test_stale_entry(void **state)
{
    struct bank_entry old = *entry(0, 1);

    (void)state;
    bank_free_one(1);
    *entry(1, 1) = old;
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_find("two"), K_EUNKNOWN);
    bank_note_stable();
    *entry(0, 1) = old;
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_find("two"), K_EUNKNOWN);
}

/* Entries that have changed places do not fit their slots. */
static void test_swapped_entries(void **state)
{
    struct bank_entry one = *entry(0, 0);

    (void)state;
    *entry(0, 0) = *entry(0, 2);
    *entry(0, 2) = one;
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_find("one"), 0);
    assert_int_equal(bank_find("three"), 2);
}

static void test_newer_copy_wins(void **state)
{
    static struct saved old;

    (void)state;
    copy_save(BANK_COPY_B, &old);
    allocate("four", 1);
    copy_restore(BANK_COPY_B, &old);
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_find("four"), 3);
    copy_save(BANK_COPY_A, &old);
    allocate("five", 1);
    copy_restore(BANK_COPY_A, &old);
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(bank_find("five"), 4);
}

/* ---- Salvaged ----------------------------------------------------------- */

static void test_both_headers_gone(void **state)
{
    (void)state;
    memset(header(0), 0, sizeof(struct bank_header));
    memset(header(1), 0, sizeof(struct bank_header));
    reopen(BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.lost, 0);
    assert_int_equal(bank_find("three"), 2);
}

static void test_entry_gone_in_both(void **state)
{
    (void)state;
    entry(0, 1)->name[1] ^= 0x80;
    entry(1, 1)->page_count ^= 0x10;
    reopen(BOOT_WARM, BANK_SALVAGED);
    assert_int_equal(report.kept, 2);
    expect_loss(1, "t?o", "its entry is damaged in both copies");
    assert_int_equal(bank_find("two"), K_EUNKNOWN);
    reopen(BOOT_WARM, BANK_KEPT);
    assert_int_equal(report.lost, 0);
}

/* Different entries are damaged in the two copies: each helps the other. */
static void test_crosswise(void **state)
{
    uint64_t revision = header(0)->revision;

    (void)state;
    entry(0, 0)->key[0] ^= 1;
    entry(1, 1)->owner[0] ^= 1;
    header(0)->pages ^= 1;
    reopen(BOOT_WARM, BANK_SALVAGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.lost, 0);
    assert_memory_equal(bank_block(0).key, "key", 4);
    assert_string_equal(bank_block(1).owner, "tester");
    assert_true(header(0)->revision > revision);
}

static void test_free_entry_damaged(void **state)
{
    (void)state;
    entry(0, 200)->check ^= 1;
    entry(1, 200)->name[3] ^= 1;
    reopen(BOOT_WARM, BANK_SALVAGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.lost, 0);
}

/* Both copies of an entry are zero, which nobody writes: it is counted. */
static void test_entry_wiped(void **state)
{
    (void)state;
    memset(entry(0, 2), 0, sizeof(struct bank_entry));
    memset(entry(1, 2), 0, sizeof(struct bank_entry));
    reopen(BOOT_WARM, BANK_SALVAGED);
    assert_int_equal(report.kept, 2);
    assert_int_equal(report.lost, 1);
    assert_int_equal(report.loss_count, 0);
}

static void test_many_losses(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        allocate((char[]){(char)('a' + i), 0}, 1);
    for (unsigned i = 0; i < 20; i++) {
        entry(0, i)->check ^= 1;
        entry(1, i)->check ^= 1;
    }
    reopen(BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.lost, 20);
    assert_int_equal(report.loss_count, BANK_LOSSES_MAX);
}

static void test_decay(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        entry(0, 2 * i)->name[40] ^= 4;
        entry(1, 2 * i)->key[9] ^= 4;
    }
    reopen(BOOT_COLD, BANK_FORMATTED);
    assert_string_equal(report.why,
                        "most of it is damaged, as after a loss of power");
    assert_int_equal(report.lost, 3);
    assert_int_equal(bank_usage().boots, 0);
}

/* A wild store over the end of one copy and the start of the other harms
 * many entries, but has left one of each. */
static void test_long_stretch(void **state)
{
    (void)state;
    memset(entry(0, 200), 0x5a, 56 * sizeof(struct bank_entry));
    memset(entry(1, 0), 0x5a, 190 * sizeof(struct bank_entry));
    reopen(BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(report.kept, 3);
    assert_int_equal(report.lost, 0);
}

/* ---- Checks are right, contents are not --------------------------------- */

static void test_same_name(void **state)
{
    (void)state;
    for (unsigned copy = 0; copy < BANK_COPIES; copy++)
        strcpy(entry(copy, 2)->name, "one\0");
    memset(entry(0, 2)->name + 3, 0, 4);
    memset(entry(1, 2)->name + 3, 0, 4);
    reseal();
    reopen(BOOT_WARM, BANK_SALVAGED);
    expect_loss(2, "one", "an earlier block has the same name");
    assert_int_equal(report.kept, 2);
    assert_int_equal(bank_find("one"), 0);
}

static void test_same_pages(void **state)
{
    (void)state;
    for (unsigned copy = 0; copy < BANK_COPIES; copy++)
        entry(copy, 2)->first_page -= 1;
    reseal();
    reopen(BOOT_WARM, BANK_SALVAGED);
    expect_loss(2, "three", "an earlier block has the same pages");
    assert_int_equal(bank_find("two"), 1);
}

static void test_wrong_pages(void **state)
{
    static const uint32_t runs[][2] = {
        {0, 1},          {19, 1},         {20, 0},         {63, 2},
        {64, 1},         {20, 45},        {20, UINT32_MAX}, {UINT32_MAX, 1},
        {UINT32_MAX, UINT32_MAX},
    };

    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        setup(state);
        for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
            entry(copy, 0)->first_page = runs[i][0];
            entry(copy, 0)->page_count = runs[i][1];
        }
        reseal();
        reopen(BOOT_WARM, BANK_SALVAGED);
        assert_int_equal(report.kept, 2);
        assert_int_equal(report.lost, 1);
        assert_int_equal(bank_find("one"), K_EUNKNOWN);
    }
}

static void test_wrong_texts(void **state)
{
    for (unsigned kind = 0; kind < 5; kind++) {
        setup(state);
        for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
            struct bank_entry *e = entry(copy, 0);

            if (kind == 0)
                memset(e->name, 'x', sizeof(e->name));
            if (kind == 1)
                memset(e->name, 0, sizeof(e->name));
            if (kind == 2)
                memset(e->owner, 'x', sizeof(e->owner));
            if (kind == 3)
                e->key_size = 33;
            if (kind == 4)
                e->state = 7;
        }
        reseal();
        reopen(BOOT_WARM, BANK_SALVAGED);
        assert_int_equal(report.kept, 2);
        assert_int_equal(report.lost, 1);
    }
}

/* The command line asks for another size than last time. */
static void test_resized(void **state)
{
    struct bank_place place = test_bank_place();

    (void)state;
    place.size = 128 * PAGE_SIZE;
    open_place(place, BOOT_COLD, BANK_KEPT);
    assert_int_equal(report.kept, 3);
    assert_int_equal(bank_usage().total, 108 * PAGE_SIZE);
    allocate("far", 50 * PAGE_SIZE);
    reopen(BOOT_COLD, BANK_SALVAGED);
    expect_loss(3, "far", "it ends beyond the end of the bank");
    assert_int_equal(report.kept, 3);
}

/* ---- Larger directories -------------------------------------------------- */

#define LARGE_PAGES 1280u /* for 320 slots */

/* A bank of 320 slots and so many blocks, "0" and so on. */
static struct bank_place fill_large(unsigned count)
{
    struct bank_place place;
    char name[8];

    test_bank_erase(LARGE_PAGES);
    kspace_host.watch = false;
    place = test_bank_place();
    place.blocks_max = 320;
    open_place(place, BOOT_COLD, BANK_EMPTY);
    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "%u", i);
        allocate(name, 1);
    }
    return place;
}

static struct bank_header *large_header(unsigned copy)
{
    return (struct bank_header *)(uintptr_t)bank_copy(copy)->header;
}

static struct bank_entry *large_entry(unsigned copy, unsigned slot)
{
    return (struct bank_entry *)(uintptr_t)&bank_copy(copy)->entries[slot];
}

/* Without a header the whole directory is looked through. */
static void test_large_headers_gone(void **state)
{
    struct bank_place place = fill_large(300);

    (void)state;
    memset(large_header(0), 0, sizeof(struct bank_header));
    memset(large_header(1), 0xff, sizeof(struct bank_header));
    open_place(place, BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(report.kept, 300);
    assert_int_equal(report.lost, 0);
    assert_int_equal(bank_capacity(), 320);
    assert_int_equal(bank_find("299"), 299);
    assert_int_equal(large_header(0)->extent, 300);
    open_place(place, BOOT_COLD, BANK_KEPT);
    kspace_host.watch = true;
}

/* Nothing of what was there before comes back after formatting, whatever is
 * damaged then. */
static void test_large_formatted(void **state)
{
    struct bank_place place = fill_large(300);

    (void)state;
    for (unsigned copy = 0; copy < BANK_COPIES; copy++) {
        large_header(copy)->layout++;
        for (unsigned i = 0; i < 256; i++)
            memset(large_entry(copy, i), 0x5a, sizeof(struct bank_entry));
        for (unsigned i = 256; i < 280; i++)
            large_entry(copy, i)->name[7] ^= 1;
    }
    for (unsigned copy = 0; copy < BANK_COPIES; copy++)
        large_header(copy)->magic = 0;
    open_place(place, BOOT_COLD, BANK_FORMATTED);
    assert_int_equal(bank_usage().blocks, 0);
    allocate("new", 1);
    memset(large_header(0), 0, sizeof(struct bank_header));
    memset(large_header(1), 0, sizeof(struct bank_header));
    open_place(place, BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(report.kept, 1);
    assert_int_equal(report.lost, 0);
    assert_int_equal(bank_find("new"), 0);
    kspace_host.watch = true;
}

/* A bank that is made larger keeps its directory; one that is made smaller,
 * too, as long as that fits in front of a page. */
static void test_large_resized(void **state)
{
    struct bank_place place = fill_large(300);

    (void)state;
    place.size = 2560 * PAGE_SIZE;
    open_place(place, BOOT_COLD, BANK_KEPT);
    assert_int_equal(bank_capacity(), 320);
    assert_int_equal(report.kept, 300);
    assert_int_equal(bank_usage().total, (2560 - 24) * PAGE_SIZE);
    place.size = 25 * PAGE_SIZE;
    open_place(place, BOOT_COLD, BANK_SALVAGED);
    assert_int_equal(bank_capacity(), 320);
    assert_int_equal(report.kept, 1);
    assert_int_equal(report.lost, 299);
    place.size = 24 * PAGE_SIZE;
    open_place(place, BOOT_COLD, BANK_FORMATTED);
    assert_string_equal(report.why,
                        "its directory does not fit in it any more");
    assert_int_equal(bank_capacity(), 256);
    assert_int_equal(bank_usage().total, 4 * PAGE_SIZE);
    kspace_host.watch = true;
}

/* Numbers that no header has, with a check that is right. */
static void test_large_nonsense(void **state)
{
    static const uint16_t pairs[][2] = {
        {320, 321}, {320, 255}, {192, 192}, {300, 256}, {32832, 256},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct bank_place place = fill_large(3);

        (void)state;
        large_header(0)->capacity = pairs[i][0];
        large_header(0)->extent = pairs[i][1];
        large_header(0)->revision += 5;
        large_header(0)->check = bank_header_check(large_header(0));
        open_place(place, BOOT_COLD, BANK_KEPT);
        assert_int_equal(report.kept, 3);
        assert_int_equal(bank_capacity(), 320);
    }
    kspace_host.watch = true;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_cold_rubbish, setup),
        cmocka_unit_test_setup(test_cold_zeros, setup),
        cmocka_unit_test_setup(test_warm_rubbish, setup),
        cmocka_unit_test_setup(test_other_layout, setup),
        cmocka_unit_test_setup(test_places, setup),
        cmocka_unit_test_setup(test_counters, setup),
        cmocka_unit_test_setup(test_one_copy_gone, setup),
        cmocka_unit_test_setup(test_stale_entry, setup),
        cmocka_unit_test_setup(test_swapped_entries, setup),
        cmocka_unit_test_setup(test_newer_copy_wins, setup),
        cmocka_unit_test_setup(test_both_headers_gone, setup),
        cmocka_unit_test_setup(test_entry_gone_in_both, setup),
        cmocka_unit_test_setup(test_crosswise, setup),
        cmocka_unit_test_setup(test_free_entry_damaged, setup),
        cmocka_unit_test_setup(test_entry_wiped, setup),
        cmocka_unit_test_setup(test_many_losses, setup),
        cmocka_unit_test_setup(test_decay, setup),
        cmocka_unit_test_setup(test_long_stretch, setup),
        cmocka_unit_test_setup(test_same_name, setup),
        cmocka_unit_test_setup(test_same_pages, setup),
        cmocka_unit_test_setup(test_wrong_pages, setup),
        cmocka_unit_test_setup(test_wrong_texts, setup),
        cmocka_unit_test_setup(test_resized, setup),
        cmocka_unit_test(test_large_headers_gone),
        cmocka_unit_test(test_large_formatted),
        cmocka_unit_test(test_large_resized),
        cmocka_unit_test(test_large_nonsense),
    };

    return cmocka_run_group_tests_name("bank_open", tests, NULL, NULL);
}
