/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every change, in every state of a small bank that up to seven changes lead
 * to, is cut short after every store; then the bank is opened, as the next
 * start does, and must be as before the change or as after it.  For some of
 * the changes the opening itself is cut short after every store, too.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_CUT) */
#include "kspace_host.h"
#include "test.h"
#include "world.h"

/* Four names, two keys; eight pages, so that some allocations do not fit and
 * others only into gaps.  The texts are long, so that each word of an entry
 * counts. */
#define A "a name that takes as much as there is room for"
#define B "b name that takes as much as there is room for"
#define C "c name that takes as much as there is room for"
#define D "d"
#define K "key of thirty-two letters and no"
#define M "m"

static const struct change changes[] = {
    {CHANGE_ALLOCATE, A, 1, K}, {CHANGE_ALLOCATE, B, 3, K},
    {CHANGE_ALLOCATE, C, 4, M}, {CHANGE_ALLOCATE, D, 2, K},
    {CHANGE_FREE, A, 0, ""},    {CHANGE_FREE, B, 0, ""},
    {CHANGE_FREE, C, 0, ""},    {CHANGE_FREE, D, 0, ""},
    {CHANGE_FREE_ALL, "", 0, K}, {CHANGE_FREE_ALL, "", 0, M},
    {CHANGE_STABLE, "", 0, ""}, {CHANGE_RENAME, B, 0, D},
    {CHANGE_SEAL, B, 0, ""},    {CHANGE_UNSEAL, B, 0, ""},
};

#define CHANGES (sizeof(changes) / sizeof(changes[0]))
#define DEPTH_MAX 7u
#define STATES_MAX 4096u

/* One of so many changes is cut twice; CUT_NESTED=1 in the environment: all
 * of them, which takes some minutes. */
#define NESTED_EVERY 8u

static struct {
    struct oracle states[STATES_MAX]; /* seen already */
    unsigned state_count;
    unsigned changes; /* explored */
    unsigned nested, nested_every;
    uint64_t random;
} run;

/* ---- One crash ---------------------------------------------------------- */

struct crash_context {
    struct verdict verdict;
    bool nested;
    struct crash_walk again; /* the walk through the opening */
};

static enum boot_cause random_cause(void)
{
    return test_random(&run.random) & 1 ? BOOT_COLD : BOOT_WARM;
}

/* A bit flips in each copy, in an entry that is free, so that neither is
 * whole; or flips back. */
static void flip_free_entries(void)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        uint32_t offset = (uint32_t)oracle_entry_offset(copy, 200 + copy);
        uint64_t word;

        fake_cache_get(offset, &word, sizeof(word));
        fake_cache_set(offset, word ^ 1ull << 20);
    }
}

/* The same crash with damage to both copies: although the bank is salvaged
 * entry by entry, the change is there as a whole or not at all. */
static void judge_damaged(struct verdict verdict)
{
    struct bank_report report;
    struct crash_log log;

    verdict.damage = true;
    flip_free_entries();
    (void)world_open(random_cause(), &report);
    assert_int_equal(report.start, BANK_SALVAGED);
    assert_int_equal(report.lost, 0);
    world_judge(&verdict, &report);
    log = crash_log_take();
    crash_log_undo(&log);
    crash_log_free(&log);
    flip_free_entries();
}

/* The second crash: the opening was cut short, the next one must come to the
 * same result as the first did or would have. */
static void visit_opening(void *context, bool done)
{
    struct verdict *verdict = context;
    struct bank_report report;
    struct crash_log log;

    (void)done;
    (void)world_open(random_cause(), &report);
    world_judge(verdict, &report);
    log = crash_log_take();
    crash_log_undo(&log);
    crash_log_free(&log);
}

/* The first crash: opens what it left, and judges. */
static void visit_change(void *context, bool done)
{
    struct crash_context *crash = context;
    struct verdict verdict = crash->verdict;
    struct bank_report report;
    struct crash_log log;

    verdict.old_allowed = !done;
    if (test_random_below(&run.random, 4) == 0)
        judge_damaged(verdict);
    (void)world_open(random_cause(), &report);
    world_judge(&verdict, &report);
    log = crash_log_take();
    crash_log_undo(&log);
    if (crash->nested) {
        struct crash_walk walk = crash->again;

        verdict.old_allowed = !verdict.is_new;
        verdict.new_allowed = verdict.is_new;
        walk.context = &verdict;
        crash_walk(&log, &walk);
        crash_log_undo(&log);
    }
    crash_log_free(&log);
}

/* ---- One change --------------------------------------------------------- */

/* Makes the change in the bank as it is, and goes through all its crashes.
 * False: the change was refused.  RAM and after are as after the change. */
static bool explore_change(const struct change *change,
                           const struct oracle *before, struct oracle *after)
{
    struct crash_context context = {
        .verdict = {.old = before, .new = after, .new_allowed = true},
        .again = {visit_opening, NULL, false, 16, &run.random},
    };
    struct crash_walk walk = {visit_change, &context, true, 32, &run.random};
    struct oracle seen;
    struct crash_log log;

    world_contents_remember();
    kspace_host.watch = true;
    fake_cache_reset();
    if (!world_change(change))
        return false;
    world_read(&seen);
    world_expect(change, before, &seen, after);
    assert_true(oracle_equal(&seen, after));
    log = crash_log_take();
    context.nested = run.changes++ % run.nested_every == 0;
    run.nested += context.nested;
    kspace_host.watch = false;
    crash_log_undo(&log);
    crash_walk(&log, &walk);
    crash_log_free(&log);
    assert_true(fake_cache_unchanged(world_bank(), WORLD_SIZE));
    return true;
}

/* ---- All states --------------------------------------------------------- */

static bool state_is_new(const struct oracle *oracle)
{
    for (unsigned i = 0; i < run.state_count; i++) {
        if (oracle_equal(&run.states[i], oracle))
            return false;
    }
    assert_true(run.state_count < STATES_MAX);
    run.states[run.state_count++] = *oracle;
    return true;
}

/* Tries each change in the state in RAM, then goes on from what it led to. */
static void explore_state(unsigned depth)
{
    struct world_state *saved = malloc(sizeof(*saved));
    struct bank_report report;
    struct oracle before, after;

    world_save(saved);
    for (unsigned i = 0; i < CHANGES; i++) {
        world_restore(saved);
        (void)world_open(random_cause(), &report);
        world_read(&before);
        if (!explore_change(&changes[i], &before, &after))
            continue;
        (void)world_open(random_cause(), &report);
        if (changes[i].kind == CHANGE_ALLOCATE)
            world_fill(changes[i].name);
        if (depth > 1 && state_is_new(&after))
            explore_state(depth - 1);
    }
    free(saved);
}

static void test_changes(void **state)
{
    struct bank_report report;
    struct oracle empty;

    (void)state;
    run.random = test_seed();
    run.nested_every = getenv("CUT_NESTED") != NULL ? 1 : NESTED_EVERY;
    world_erase();
    (void)world_open(BOOT_COLD, &report);
    world_read(&empty);
    assert_true(state_is_new(&empty));
    explore_state(DEPTH_MAX);
    printf("cut: %u states, %u changes, %u of them cut twice\n",
           run.state_count, run.changes, run.nested);
    world_finish("changes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes)};

    return cmocka_run_group_tests_name("cut_changes", tests, NULL, NULL);
}
