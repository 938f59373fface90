/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every change in every state that changes lead to, cut short after every
 * store.
 */
#include "explore.h"

#include "kspace_host.h"
#include "test.h"
#include "world.h"

#define STATES_MAX 8192u

static struct {
    const struct plan *plan;
    struct oracle states[STATES_MAX]; /* seen already */
    unsigned state_count;
    unsigned changes; /* explored */
    unsigned nested;  /* of them, with their openings */
    unsigned deepest; /* openings in a row that were cut */
    uint64_t random;
} run;

/* ---- One crash ---------------------------------------------------------- */

struct crash_context {
    struct verdict verdict;
    unsigned again; /* how many openings in a row may be cut short as well */
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
        uint32_t offset = (uint32_t)oracle_entry_offset(ORACLE_SLOTS, copy,
                                                        200 + copy);
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

/* Takes back what the opening has done, and gives its log. */
static struct crash_log opening_undo(void)
{
    struct crash_log log = crash_log_take();

    crash_log_undo(&log);
    return log;
}

/* Cuts an opening short, whose log this is: whatever moment it ends at, the
 * next one must come to the same result; and so on. */
static void visit_opening(void *context, bool done);

static void opening_cut(const struct crash_log *log,
                        const struct crash_context *first)
{
    struct crash_context next = *first;
    struct crash_walk walk = {
        .visit = visit_opening,
        .context = &next,
        .samples = 16,
        .exhaustive = run.plan->exhaustive,
        .random = &run.random,
    };

    if (first->again == 0)
        return;
    next.again = first->again - 1;
    run.deepest = run.deepest > run.plan->nesting - next.again
                      ? run.deepest
                      : run.plan->nesting - next.again;
    crash_walk(log, &walk);
    crash_log_undo(log);
}

/* The second crash and later ones.  Only some are cut again: each has as many
 * moments as the one before. */
static void visit_opening(void *pointer, bool done)
{
    struct crash_context context = *(struct crash_context *)pointer;
    struct bank_report report;
    struct crash_log log;

    (void)done;
    (void)world_open(random_cause(), &report);
    world_judge(&context.verdict, &report);
    log = opening_undo();
    if (test_random_below(&run.random, 32) > 0)
        context.again = 0;
    opening_cut(&log, &context);
    crash_log_free(&log);
}

/* The first crash: opens what it left, and judges. */
static void visit_change(void *pointer, bool done)
{
    struct crash_context context = *(struct crash_context *)pointer;
    struct bank_report report;
    struct crash_log log;

    context.verdict.old_allowed = !done;
    if (test_random_below(&run.random, 4) == 0)
        judge_damaged(context.verdict);
    (void)world_open(random_cause(), &report);
    world_judge(&context.verdict, &report);
    log = opening_undo();
    context.verdict.old_allowed = !context.verdict.is_new;
    context.verdict.new_allowed = context.verdict.is_new;
    opening_cut(&log, &context);
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
    };
    struct crash_walk walk = {
        .visit = visit_change,
        .context = &context,
        .prefixes = true,
        .samples = run.plan->samples,
        .exhaustive = run.plan->exhaustive,
        .random = &run.random,
    };
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
    if (run.changes++ % run.plan->nested_every == 0) {
        context.again = run.plan->nesting;
        run.nested++;
    }
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
    for (unsigned i = 0; i < run.plan->change_count; i++) {
        const struct change *change = &run.plan->changes[i];

        world_restore(saved);
        (void)world_open(random_cause(), &report);
        world_read(&before);
        if (!explore_change(change, &before, &after))
            continue;
        (void)world_open(random_cause(), &report);
        if (change->kind == CHANGE_ALLOCATE)
            world_fill(change->name);
        if (depth > 1 && state_is_new(&after))
            explore_state(depth - 1);
    }
    free(saved);
}

struct explored explore(const struct plan *plan, uint64_t seed)
{
    struct bank_report report;
    struct oracle empty;

    memset(&run, 0, sizeof(run));
    run.plan = plan;
    run.random = seed;
    world_erase();
    (void)world_open(BOOT_COLD, &report);
    world_read(&empty);
    assert_true(state_is_new(&empty));
    explore_state(plan->depth);
    return (struct explored){run.state_count, run.changes, run.nested,
                             run.deepest};
}
