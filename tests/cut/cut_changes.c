/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every change, in every state of a small bank that up to six changes lead
 * to, is cut short after every store; then the bank is opened, as the next
 * start does, and must be as before the change or as after it.  For some of
 * the changes the opening itself is cut short after every store, too.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_EXPLORE) */
#include "explore.h"
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

/* One of so many changes is cut twice; CUT_NESTED=1 in the environment: all
 * of them, which takes some minutes. */
#define NESTED_EVERY 16u

static void test_changes(void **state)
{
    struct plan plan = {
        .changes = changes,
        .change_count = CHANGES,
        .depth = 6,
        .nested_every = getenv("CUT_NESTED") != NULL ? 1 : NESTED_EVERY,
        .nesting = 1,
        .exhaustive = 1024,
        .samples = 32,
    };
    struct explored explored;

    (void)state;
    explored = explore(&plan, test_seed());
    printf("cut: %u states, %u changes, %u of them cut twice\n",
           explored.states, explored.changes, explored.nested);
    world_finish("changes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes)};

    return cmocka_run_group_tests_name("cut_changes", tests, NULL, NULL);
}
