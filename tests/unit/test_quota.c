/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Quotas: both sides of each limit, and what is promised is always there.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) */
#include "memory.h"
#include "mm/aspace.h"
#include "mm/frame.h"
#include "mm/quota.h"
#include "test.h"

#define STOCK 1000u
#define LIMIT 450u
#define RESERVE 50u
#define PROMISE 2u
#define ACTORS 64u
#define OWED (ACTORS * PROMISE)

static struct quota user, user2, boss;
static uint64_t left;

static int setup(void **state)
{
    static const struct quota_rule rules[QUOTA_KINDS] = {
        [QUOTA_REGIONS] = {LIMIT, STOCK, PROMISE, RESERVE},
    };

    (void)state;
    quota_init(rules, ACTORS);
    quota_open(&user, false);
    quota_open(&user2, false);
    quota_open(&boss, true);
    left = STOCK;
    return 0;
}

/* Takes so many, if it may. */
static bool take(struct quota *quota, uint64_t more)
{
    if (!quota_allows(quota, QUOTA_REGIONS, more, left))
        return false;
    left -= more;
    quota_set(quota, QUOTA_REGIONS, quota->used[QUOTA_REGIONS] + more);
    assert_true(left >= quota_owed(QUOTA_REGIONS));
    return true;
}

static void give(struct quota *quota, uint64_t less)
{
    left += less;
    quota_set(quota, QUOTA_REGIONS, quota->used[QUOTA_REGIONS] - less);
}

static void test_limit(void **state)
{
    (void)state;
    assert_false(take(&user, LIMIT + 1));
    assert_true(take(&user, LIMIT));
    assert_false(take(&user, 1));
    assert_true(take(&user, 0));
    give(&user, 1);
    assert_true(take(&user, 1));
    assert_true(take(&user2, LIMIT / 2));
    assert_int_equal(quota_limit(&user, QUOTA_REGIONS), LIMIT);
    assert_int_equal(quota_limit(&boss, QUOTA_REGIONS), STOCK);
}

/* User actors stop at the reserve, a trusted one at what is promised. */
static void test_reserve(void **state)
{
    uint64_t common = STOCK - OWED - RESERVE;

    (void)state;
    assert_true(take(&user, LIMIT));
    /* The promise to the two is part of what they take. */
    assert_false(take(&user2, common + 2 * PROMISE - LIMIT + 1));
    assert_true(take(&user2, common + 2 * PROMISE - LIMIT));
    assert_false(take(&boss, RESERVE + PROMISE + 1));
    assert_true(take(&boss, RESERVE + PROMISE));
    assert_int_equal(left, quota_owed(QUOTA_REGIONS));
}

/* When all is taken, each other actor still gets what it is promised. */
static void test_promise_to_each(void **state)
{
    struct quota late[ACTORS - 3];

    (void)state;
    while (take(&user, 1) || take(&user2, 1) || take(&boss, 1))
        continue;
    for (unsigned i = 0; i < ACTORS - 3; i++) {
        quota_open(&late[i], false);
        assert_true(take(&late[i], PROMISE));
        assert_false(take(&late[i], 1));
    }
    assert_int_equal(left, 0);
}

static void test_promise_of_its_own(void **state)
{
    (void)state;
    assert_false(quota_promise(&user, QUOTA_REGIONS, LIMIT + 1, left));
    assert_true(quota_promise(&user, QUOTA_REGIONS, 100, left));
    assert_int_equal(quota_owed(QUOTA_REGIONS), OWED + 100 - PROMISE);
    while (take(&user2, 1) || take(&boss, 1))
        continue;
    /* It lives, dies and lives. */
    for (unsigned life = 0; life < 3; life++) {
        assert_true(take(&user, 60));
        assert_false(take(&boss, 1));
        assert_true(take(&user, 40));
        assert_false(take(&user, 1));
        give(&user, 100);
        assert_false(take(&boss, 1));
    }
    quota_close(&user);
    assert_int_equal(quota_owed(QUOTA_REGIONS),
                     OWED - 2 * PROMISE);
    assert_true(take(&boss, 1));
}

/* What is not there cannot be promised. */
static void test_promise_refused(void **state)
{
    uint64_t common = STOCK - OWED - RESERVE;
    uint64_t owed = quota_owed(QUOTA_REGIONS);

    (void)state;
    assert_true(take(&user, LIMIT));
    assert_false(quota_promise(&user2, QUOTA_REGIONS,
                               common + 2 * PROMISE - LIMIT + 1, left));
    assert_int_equal(quota_owed(QUOTA_REGIONS), owed - PROMISE);
    assert_true(quota_promise(&user2, QUOTA_REGIONS,
                              common + 2 * PROMISE - LIMIT, left));
    assert_false(quota_promise(&boss, QUOTA_REGIONS, RESERVE + PROMISE + 1,
                               left));
    assert_true(quota_promise(&boss, QUOTA_REGIONS, RESERVE + PROMISE, left));
    assert_int_equal(left, quota_owed(QUOTA_REGIONS));
}

/* ---- Spaces -------------------------------------------------------------- */

#define FRAMES 400u
#define MEMORY_MAX 200u
#define BASE 0x10000000ul

static void memory_begin(void)
{
    static const struct quota_rule rules[QUOTA_KINDS] = {
        [QUOTA_FRAMES] = {MEMORY_MAX, FRAMES, 0, 20},
        [QUOTA_REGIONS] = {10, TEST_REGIONS, 2, 4},
    };

    test_memory_init(FRAMES);
    quota_init(rules, ACTORS);
}

static KnError allocate(struct aspace *space, VmAddr at, uint64_t pages)
{
    KnRgnDesc desc = {
        .startAddr = at,
        .size = pages * PAGE_SIZE,
        .options = K_WRITABLE,
    };

    return aspace_allocate(space, &desc);
}

static KnError release(struct aspace *space, VmAddr at, uint64_t pages)
{
    KnRgnDesc desc = {.startAddr = at, .size = pages * PAGE_SIZE};

    return aspace_free(space, &desc);
}

/* Four tables lead to the first page: they count as memory. */
static void test_space_memory(void **state)
{
    struct aspace space, rich;

    (void)state;
    memory_begin();
    assert_int_equal(aspace_create(&space, false), K_OK);
    assert_int_equal(allocate(&space, BASE, MEMORY_MAX - 3), K_ENOMEM);
    assert_int_equal(space.quota.used[QUOTA_FRAMES], 1);
    assert_int_equal(allocate(&space, BASE, MEMORY_MAX - 4), K_OK);
    assert_int_equal(space.quota.used[QUOTA_FRAMES], MEMORY_MAX);
    assert_int_equal(allocate(&space, BASE + (1 << 20), 1), K_ENOMEM);
    assert_int_equal(aspace_create(&rich, true), K_OK);
    assert_int_equal(allocate(&rich, BASE, FRAMES - MEMORY_MAX - 4), K_OK);
    assert_int_equal(frame_available(), 0);
    aspace_destroy(&space);
    aspace_destroy(&rich);
    assert_int_equal(frame_available(), FRAMES);
}

static void test_space_regions(void **state)
{
    struct aspace space;

    (void)state;
    memory_begin();
    assert_int_equal(aspace_create(&space, false), K_OK);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(allocate(&space, BASE + 2 * i * PAGE_SIZE, 1), K_OK);
    assert_int_equal(allocate(&space, BASE + (1 << 20), 1), K_ENOMEM);
    assert_int_equal(release(&space, BASE, 1), K_OK);
    assert_int_equal(allocate(&space, BASE + (1 << 20), 3), K_OK);
    /* A hole in the middle takes a descriptor; a free of all takes none. */
    assert_int_equal(release(&space, BASE + (1 << 20) + PAGE_SIZE, 1),
                     K_ENOMEM);
    assert_int_equal(release(&space, BASE + (1 << 20), 3), K_OK);
    aspace_destroy(&space);
}

/* Tables that are needed no more make room for others. */
static void test_sparse(void **state)
{
    struct aspace space;

    (void)state;
    memory_begin();
    assert_int_equal(aspace_create(&space, false), K_OK);
    assert_int_equal(allocate(&space, BASE, 1), K_OK);
    for (uint64_t at = 1ull << 40; at < 200ull << 40; at += 1ull << 40) {
        if (at >= ASPACE_MAX)
            break;
        assert_int_equal(allocate(&space, at, 1), K_OK);
        assert_int_equal(release(&space, at, 1), K_OK);
        assert_true(space.ptab.tables < MEMORY_MAX);
    }
    assert_true(aspace_allows(&space, uaddr(BASE), PAGE_SIZE, true));
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t at = (i + 1) << 30;

        at = at >= ASPACE_BANK_BASE && at < ASPACE_ANYWHERE_MIN
                 ? ASPACE_ANYWHERE_MIN
                 : at;
        assert_int_equal(allocate(&space, at, 1), K_OK);
        assert_int_equal(release(&space, at, 1), K_OK);
    }
    aspace_destroy(&space);
    assert_int_equal(frame_available(), FRAMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_limit, setup),
        cmocka_unit_test_setup(test_reserve, setup),
        cmocka_unit_test_setup(test_promise_to_each, setup),
        cmocka_unit_test_setup(test_promise_of_its_own, setup),
        cmocka_unit_test_setup(test_promise_refused, setup),
        cmocka_unit_test(test_space_memory),
        cmocka_unit_test(test_space_regions),
        cmocka_unit_test(test_sparse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
