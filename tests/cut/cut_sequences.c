/* SPDX-License-Identifier: BSD-2-Clause
 *
 * All sequences of changes of three names and three sizes: allocate, free,
 * free by key, seal, unseal.  Each change is cut short at every store, with
 * every set of up to twelve lines that were not cleaned, and more of them at
 * random; openings are cut as well, two in a row.
 *
 * Sequences of two in make test.  CUT_IMAGES=N in the environment: sequences
 * of four, again and again with other random choices until N crashes have
 * been judged.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_EXPLORE) */
#include "explore.h"
#include "test.h"

#define A "a name that takes as much as there is room for"
#define B "b"
#define C "c name of middling length"
#define K "key of thirty-two letters and no"
#define M "m"

static const struct change changes[] = {
    {CHANGE_ALLOCATE, A, 1, K},  {CHANGE_ALLOCATE, A, 2, M},
    {CHANGE_ALLOCATE, A, 3, ""}, {CHANGE_ALLOCATE, B, 1, M},
    {CHANGE_ALLOCATE, B, 2, K},  {CHANGE_ALLOCATE, B, 3, K},
    {CHANGE_ALLOCATE, C, 1, K},  {CHANGE_ALLOCATE, C, 2, K},
    {CHANGE_ALLOCATE, C, 3, M},  {CHANGE_FREE, A, 0, ""},
    {CHANGE_FREE, B, 0, ""},     {CHANGE_FREE, C, 0, ""},
    {CHANGE_FREE_ALL, "", 0, K}, {CHANGE_FREE_ALL, "", 0, M},
    {CHANGE_SEAL, A, 0, ""},     {CHANGE_SEAL, B, 0, ""},
    {CHANGE_SEAL, C, 0, ""},     {CHANGE_UNSEAL, A, 0, ""},
    {CHANGE_UNSEAL, B, 0, ""},   {CHANGE_UNSEAL, C, 0, ""},
    {CHANGE_RENAME, A, 0, "d"},
};

static void test_sequences(void **state)
{
    const char *images = getenv("CUT_IMAGES");
    struct plan plan = {
        .changes = changes,
        .change_count = sizeof(changes) / sizeof(changes[0]),
        .depth = images != NULL ? 4 : 2,
        .nested_every = 16,
        .nesting = 2,
        .exhaustive = 4096,
        .samples = images != NULL ? 64 : 8,
    };
    uint64_t wanted = images != NULL ? strtoull(images, NULL, 0) : 1;
    uint64_t seed = test_seed();

    (void)state;
    do {
        struct explored explored = explore(&plan, seed++);

        printf("cut: sequences of %u: %u states, %u changes, %u with their "
               "openings, %u crashes in a row\n",
               plan.depth, explored.states, explored.changes, explored.nested,
               explored.deepest + 1);
        fflush(stdout);
    } while (world_judged() < wanted);
    world_finish("sequences");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sequences)};

    return cmocka_run_group_tests_name("cut_sequences", tests, NULL, NULL);
}
