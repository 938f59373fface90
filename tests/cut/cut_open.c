/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Opening is cut short: formatting, the everyday opening, repairing a copy
 * and salvaging.  Whatever moment the machine is reset at, the next opening
 * must come to the very result that the first would have come to; and so it
 * must when it is cut short itself.  Last words are cut short, too.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_CUT) */
#include "kspace_host.h"
#include "test.h"
#include "world.h"

static uint64_t rng;

/* ---- Damage ------------------------------------------------------------- */

static void damage(size_t offset, size_t size)
{
    uint8_t *bytes = world_bank() + offset;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)test_random(&rng);
}

static void damage_rubbish(void)
{
    world_erase();
}

static void damage_zeros(void)
{
    memset(world_bank(), 0, WORLD_SIZE);
}

static void damage_none(void)
{
}

static void damage_copy_a(void)
{
    damage(oracle_header_offset(0), 64);
    damage(oracle_entry_offset(ORACLE_SLOTS, 0, 0), 0x8000);
}

static void damage_copy_b(void)
{
    damage(oracle_header_offset(1), 64);
    damage(oracle_entry_offset(ORACLE_SLOTS, 1, 0), 0x8000);
}

static void damage_headers(void)
{
    damage(oracle_header_offset(0), 64);
    damage(oracle_header_offset(1), 64);
}

/* An entry in use of each copy, not the same one. */
static void damage_crosswise(void)
{
    damage(oracle_entry_offset(ORACLE_SLOTS, 0, 0) + 5, 1);
    damage(oracle_entry_offset(ORACLE_SLOTS, 1, 1) + 60, 8);
}

static void damage_crosswise_and_header(void)
{
    damage_crosswise();
    damage(oracle_header_offset(1) + 16, 8);
}

/* One entry in both copies: that block is lost, no other. */
static void damage_block(void)
{
    damage(oracle_entry_offset(ORACLE_SLOTS, 0, 1), 128);
    damage(oracle_entry_offset(ORACLE_SLOTS, 1, 1), 8);
}

static void damage_block_and_headers(void)
{
    damage_block();
    damage_headers();
}

static const struct situation {
    const char *name;
    void (*damage)(void);
    bool salvage; /* more than one whole copy could heal */
} situations[] = {
    {"rubbish in RAM", damage_rubbish, false},
    {"zeros in RAM", damage_zeros, false},
    {"nothing damaged", damage_none, false},
    {"copy A gone", damage_copy_a, false},
    {"copy B gone", damage_copy_b, false},
    {"both headers gone", damage_headers, true},
    {"one entry in each copy gone", damage_crosswise, true},
    {"... and a header", damage_crosswise_and_header, true},
    {"one entry gone in both copies", damage_block, true},
    {"... and both headers", damage_block_and_headers, true},
};

#define SITUATIONS (sizeof(situations) / sizeof(situations[0]))

/* Three blocks, of which two were allocated after a free. */
static void bank_prepare(void)
{
    static const struct change changes[] = {
        {CHANGE_ALLOCATE, "a", 1, "k"}, {CHANGE_ALLOCATE, "b", 2, "k"},
        {CHANGE_FREE, "a", 0, ""},      {CHANGE_ALLOCATE, "c", 1, "m"},
        {CHANGE_ALLOCATE, "d", 3, ""},
    };
    struct bank_report report;

    world_erase();
    (void)world_open(BOOT_COLD, &report);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        assert_true(world_change(&changes[i]));
        if (changes[i].kind == CHANGE_ALLOCATE)
            world_fill(changes[i].name);
    }
}

/* ---- Crashes ------------------------------------------------------------ */

struct context {
    struct verdict verdict;
    enum boot_cause cause;
    bool again; /* cut the next opening short as well */
};

static void visit(void *pointer, bool done)
{
    struct context *context = pointer, next = *context;
    struct bank_report report;
    struct crash_log log;

    (void)done;
    (void)world_open(context->cause, &report);
    world_judge(&context->verdict, &report);
    log = crash_log_take();
    crash_log_undo(&log);
    if (context->again && test_random_below(&rng, 8) == 0) {
        struct crash_walk walk = {
            .visit = visit, .context = &next, .samples = 8, .random = &rng};

        next.again = false;
        crash_walk(&log, &walk);
        crash_log_undo(&log);
    }
    crash_log_free(&log);
}

static void explore(const struct situation *situation, enum boot_cause cause)
{
    struct context context = {
        .verdict = {.new_allowed = true, .damage = situation->salvage},
        .cause = cause,
    };
    struct crash_walk walk = {
        .visit = visit, .context = &context, .samples = 16, .random = &rng};
    struct bank_report report;
    struct oracle result;
    struct crash_log log;

    bank_prepare();
    situation->damage();
    world_contents_remember();
    fake_cache_reset();
    kspace_host.watch = true;
    (void)world_open(cause, &report);
    world_read(&result);
    context.verdict.old = context.verdict.new = &result;
    log = crash_log_take();
    context.again = walk.prefixes = log.count < 1000; /* not to format */
    crash_log_undo(&log);
    kspace_host.watch = false;
    crash_walk(&log, &walk);
    crash_log_free(&log);
    kspace_host.watch = true;
    assert_true(fake_cache_unchanged(world_bank(), WORLD_SIZE));
}

static void test_open(void **state)
{
    (void)state;
    rng = test_seed();
    for (size_t i = 0; i < SITUATIONS; i++) {
        explore(&situations[i], BOOT_COLD);
        explore(&situations[i], BOOT_WARM);
    }
    world_finish("opening");
}

/* ---- Last words --------------------------------------------------------- */

static const struct bank_last_words old_words = {
    .cause = "old", .actor = "one", .pc = 1, .line = "x", .tail = "ab",
    .tail_size = 2,
};
static const struct bank_last_words new_words = {
    .cause = "new", .actor = "two", .pc = 2, .line = "y",
    .tail = "a longer tail than that", .tail_size = 23,
};

static bool words_equal(const struct bank_last_words *a,
                        const struct bank_last_words *b)
{
    return strcmp(a->cause, b->cause) == 0 &&
           strcmp(a->actor, b->actor) == 0 && a->pc == b->pc &&
           strcmp(a->line, b->line) == 0 && a->tail_size == b->tail_size &&
           memcmp(a->tail, b->tail, a->tail_size) == 0;
}

/* The words are the old ones, the new ones or none. */
static void visit_words(void *pointer, bool done)
{
    enum bank_words_state found;
    struct bank_last_words words;

    visit(pointer, done);
    found = bank_last_words_read(&words);
    if (found == BANK_WORDS_NEW && words_equal(&words, &new_words))
        return;
    assert_false(done);
    assert_int_not_equal(found, BANK_WORDS_NEW);
    if (found == BANK_WORDS_TOLD)
        assert_true(words_equal(&words, &old_words));
}

static void test_words(void **state)
{
    struct context context = {.verdict = {.new_allowed = true}};
    struct crash_walk walk = {
        .visit = visit_words, .context = &context, .samples = 4,
        .random = &rng};
    struct oracle result;
    struct crash_log log;

    (void)state;
    bank_prepare();
    bank_last_words_write(&old_words);
    bank_last_words_told();
    world_contents_remember();
    world_read(&result);
    context.verdict.old = context.verdict.new = &result;
    fake_cache_reset();
    bank_last_words_write(&new_words);
    log = crash_log_take();
    crash_log_undo(&log);
    kspace_host.watch = false;
    crash_walk(&log, &walk);
    kspace_host.watch = true;
    crash_log_free(&log);
    world_finish("opening and last words");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests_name("cut_open", tests, NULL, NULL);
}
