/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A directory that grows is cut short: the first block behind the extent, which
 * moves with it, is allocated and freed, and the machine stops after each
 * store.  The next opening finds the block or does not, and nothing behind the
 * extent in either copy; with both headers damaged as well it looks through the
 * whole directory.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_CUT) */
#include "kspace_host.h"
#include "mm/bank.h"
#include "oracle.h"
#include "test.h"
#include "world.h"

#define PAGES 1280u /* for 320 slots */
#define CAPACITY 320u
#define FULL 256u /* slots, as many as the extent has at first */
#define TAIL (FULL - 4) /* the oracle puts down what is behind */

static struct {
    uint64_t random, judged;
    bool headers; /* both are damaged, too */
    bool made[2]; /* the block was seen to be there; not to be there */
} run;

static uint8_t *bank(void)
{
    return fake_ram(test_bank_place().base, PAGES * PAGE_SIZE);
}

static int allocate(const char *name)
{
    struct bank_request request = {name, "tester", "key", 3, 1};

    return bank_allocate(&request);
}

static void reopen(enum boot_cause cause, struct bank_report *report)
{
    struct bank_place place = test_bank_place();

    place.blocks_max = CAPACITY;
    bank_open(&place, cause, report);
}

static int setup(void **state)
{
    struct bank_report report;
    char name[8];

    (void)state;
    run.random = test_seed();
    test_bank_erase(PAGES);
    kspace_host.watch = false;
    reopen(BOOT_COLD, &report);
    for (unsigned i = 0; i < FULL; i++) {
        snprintf(name, sizeof(name), "b%u", i);
        assert_int_equal(allocate(name), i);
    }
    fake_cache_reset();
    return 0;
}

static void header_damage(unsigned copy)
{
    uint32_t offset = (uint32_t)oracle_header_offset(copy) + 16;
    uint64_t word;

    fake_cache_get(offset, &word, sizeof(word));
    fake_cache_set(offset, ~word);
}

static void visit(void *context, bool done)
{
    struct bank_report report;
    struct oracle found;
    struct crash_log log;
    const char *wrong;
    bool there;

    if (run.headers) {
        header_damage(0);
        header_damage(1);
    }
    reopen(test_random(&run.random) & 1 ? BOOT_COLD : BOOT_WARM, &report);
    wrong = oracle_read_from(bank(), PAGES * PAGE_SIZE, TAIL, &found);
    if (wrong != NULL)
        fail_msg("%s (%s: %s)", wrong, bank_start_name(report.start),
                 report.why);
    there = oracle_find(&found, "grown") != NULL;
    assert_int_equal(report.start,
                     run.headers ? BANK_SALVAGED : BANK_KEPT);
    assert_int_equal(report.lost, 0);
    assert_int_equal(report.kept, FULL + there);
    assert_true(!done || there == *(const bool *)context);
    if (run.judged % 64 == 0 && bank_check() != NULL)
        fail_msg("bank_check: %s", bank_check());
    run.made[there] = true;
    run.judged++;
    log = crash_log_take();
    crash_log_undo(&log);
    crash_log_free(&log);
    if (run.headers) {
        header_damage(0);
        header_damage(1);
    }
}

/* Makes a change, after which the block is there or is not, and goes through
 * all its crashes. */
static void cut(bool there)
{
    struct crash_walk walk = {
        .visit = visit,
        .context = &there,
        .prefixes = true,
        .samples = 64,
        .metadata = oracle_first_page(CAPACITY) * PAGE_SIZE,
        .random = &run.random,
    };
    struct crash_log log;

    if (there)
        assert_int_equal(allocate("grown"), FULL);
    else
        bank_free_one((unsigned)bank_find("grown"));
    log = crash_log_take();
    crash_log_undo(&log);
    memset(run.made, 0, sizeof(run.made));
    crash_walk(&log, &walk);
    assert_true(run.made[0] && run.made[1]);
    crash_log_free(&log);
}

static void test_growth(void **state)
{
    struct bank_report report;

    (void)state;
    for (unsigned headers = 0; headers < 2; headers++) {
        run.headers = headers == 1;
        cut(true);
        reopen(BOOT_WARM, &report);
        fake_cache_reset();
        cut(false);
        reopen(BOOT_WARM, &report);
        fake_cache_reset();
        setup(state);
    }
    printf("cut: growth: %llu crash points\n",
           (unsigned long long)run.judged);
    kspace_host.watch = true;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_growth, setup),
    };

    return cmocka_run_group_tests_name("cut_growth", tests, NULL, NULL);
}
