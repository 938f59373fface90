/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Seals: who may open and close one, what can be done to the block meanwhile,
 * and which damage is seen.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) $(HOST_PMM) */
#include "kernel/string.h"
#include "kspace_host.h"
#include "memory.h"
#include "mm/aspace.h"
#include "mm/pmm.h"
#include "test.h"

#define PAGES 64u
#define ACTORS 3u
#define SIZE (2 * PAGE_SIZE)

/* A user actor and two trusted ones. */
static struct aspace spaces[ACTORS];
static struct pmm_holder actors[ACTORS];
static struct pmm_holder *const user = &actors[0];
static struct pmm_holder *const boss = &actors[1], *const boss2 = &actors[2];

static const PmmName name = {"RAM", "sealed"};
static VmAddr where;

static void open_as(enum boot_cause cause)
{
    struct bank_place place = test_bank_place();
    struct bank_report report;

    fake_cache_reset(); /* what actors have stored by themselves */
    bank_open(&place, cause, &report);
    test_memory_init(200);
    pmm_init();
    for (unsigned i = 0; i < ACTORS; i++) {
        assert_int_equal(aspace_create(&spaces[i], i > 0), K_OK);
        actors[i] = (struct pmm_holder){
            .space = &spaces[i],
            .aid = (int)i,
            .trusted = i > 0,
            .group = -1,
        };
        pmm_join(&actors[i]);
    }
}

static KnError allocate(struct pmm_holder *holder)
{
    struct pmm_request request = {&name, SIZE, NULL, 0};

    return pmm_allocate(holder, &request, &where);
}

static uint8_t *contents(void)
{
    return fake_ram(bank_block(0).memory, SIZE);
}

/* A block that the user holds and has written to. */
static int setup(void **state)
{
    (void)state;
    test_bank_erase(PAGES);
    open_as(BOOT_COLD);
    assert_int_equal(allocate(user), K_OK);
    for (unsigned i = 0; i < SIZE; i++)
        contents()[i] = (uint8_t)(i * 7);
    return 0;
}

static bool writable(unsigned actor)
{
    return aspace_allows(&spaces[actor], uaddr(where), SIZE, true);
}

static bool readable(unsigned actor)
{
    return aspace_allows(&spaces[actor], uaddr(where), SIZE, false);
}

static unsigned flags(void)
{
    PmmBlockInfo info;

    assert_int_equal(bank_usage().blocks, 1);
    pmm_describe(0, &info);
    return info.flags;
}

static void test_seal_ends_writing(void **state)
{
    (void)state;
    assert_true(writable(0));
    assert_int_equal(pmm_seal(user, &name), K_OK);
    assert_true(readable(0));
    assert_false(writable(0));
    assert_int_equal(flags(), PMM_SEALED);
    assert_int_equal(allocate(user), K_OK);
    assert_int_equal(pmm_seal(user, &name), K_OK);
    assert_false(writable(0));
    assert_int_equal(pmm_unseal(user, &name), K_OK);
    assert_true(writable(0));
    assert_int_equal(pmm_unseal(user, &name), K_OK);
    assert_int_equal(flags(), 0);
    assert_null(bank_check());
}

/* The seal outlives the holder and the site, and so does what it forbids. */
static void test_next_life(void **state)
{
    (void)state;
    assert_int_equal(pmm_seal(user, &name), K_OK);
    pmm_leave(user);
    pmm_join(user);
    assert_int_equal(allocate(user), K_OK);
    assert_false(writable(0));
    open_as(BOOT_WARM);
    assert_int_equal(flags(), PMM_SEALED);
    assert_int_equal(allocate(user), K_OK);
    assert_false(writable(0));
    assert_int_equal(pmm_unseal(user, &name), K_OK);
    assert_true(writable(0));
    open_as(BOOT_WARM);
    assert_int_equal(flags(), 0);
}

static void test_all_holders(void **state)
{
    (void)state;
    pmm_leave(user);
    assert_int_equal(allocate(boss), K_OK);
    assert_int_equal(allocate(boss2), K_OK);
    assert_int_equal(pmm_seal(boss, &name), K_OK);
    assert_false(writable(1));
    assert_false(writable(2));
    assert_int_equal(pmm_unseal(boss2, &name), K_OK);
    assert_true(writable(1));
    assert_true(writable(2));
}

static void test_refusals(void **state)
{
    static const PmmName tape = {"TAPE", "sealed"}, none = {"RAM", "none"};
    static const PmmName system = {"RAM", "__SYS.x"};

    (void)state;
    assert_int_equal(pmm_seal(user, &tape), K_EINVAL);
    assert_int_equal(pmm_seal(user, &none), K_EUNKNOWN);
    assert_int_equal(pmm_seal(user, &system), K_EPRIV);
    assert_int_equal(pmm_seal(boss, &name), K_EPRIV);
    assert_int_equal(pmm_unseal(user, &tape), K_EINVAL);
    assert_int_equal(pmm_unseal(user, &none), K_EUNKNOWN);
    assert_int_equal(pmm_unseal(user, &system), K_EPRIV);
    assert_int_equal(pmm_unseal(boss, &name), K_EBUSY);
    assert_int_equal(flags(), 0);
    assert_true(writable(0));
}

static void flip(unsigned bit)
{
    contents()[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* Each single bit: named at the start, refused, and opened if one insists. */
static void test_each_bit(void **state)
{
    (void)state;
    assert_int_equal(pmm_seal(user, &name), K_OK);
    pmm_leave(user);
    for (unsigned bit = 0; bit < SIZE * 8; bit++) {
        flip(bit);
        assert_false(bank_seal_holds(0));
        flip(bit);
    }
    assert_true(bank_seal_holds(0));
}

static void test_broken(void **state)
{
    (void)state;
    assert_int_equal(pmm_seal(user, &name), K_OK);
    flip(PAGE_SIZE * 8 + 1);
    open_as(BOOT_COLD);
    assert_true(bank_seal_broken(0));
    assert_int_equal(flags(), PMM_SEALED | PMM_BROKEN);
    assert_int_equal(allocate(user), K_EFAIL);
    assert_int_equal(allocate(boss), K_EFAIL);
    assert_int_equal(pmm_unseal(user, &name), K_OK);
    assert_int_equal(flags(), 0);
    assert_int_equal(allocate(user), K_OK);
    assert_true(writable(0));
    assert_int_equal(pmm_seal(user, &name), K_OK);
    open_as(BOOT_WARM);
    assert_int_equal(flags(), PMM_SEALED);
}

/* A slot's next block has nothing of a broken seal. */
static void test_broken_and_freed(void **state)
{
    (void)state;
    assert_int_equal(pmm_seal(user, &name), K_OK);
    pmm_leave(user);
    pmm_join(user);
    flip(0);
    assert_int_equal(allocate(user), K_EFAIL);
    assert_int_equal(pmm_free(user, &name), K_OK);
    assert_int_equal(allocate(user), K_OK);
    assert_int_equal(flags(), 0);
    assert_int_equal(pmm_seal(user, &name), K_OK);
    assert_int_equal(flags(), PMM_SEALED);
}

/* 1 to 64 flips anywhere in the block. */
static void test_flips(void **state)
{
    uint64_t random = test_seed();
    uint8_t kept[SIZE];

    (void)state;
    assert_int_equal(pmm_seal(user, &name), K_OK);
    memcpy(kept, contents(), SIZE);
    for (unsigned round = 0; round < 20000; round++) {
        unsigned count = 1 + (unsigned)test_random_below(&random, 64);

        while (count-- > 0)
            flip((unsigned)test_random_below(&random, SIZE * 8));
        assert_int_equal(bank_seal_holds(0),
                         memcmp(kept, contents(), SIZE) == 0);
        memcpy(contents(), kept, SIZE);
    }
}

/* Two flips in neighbouring words, wherever they are: a hash that multiplies
 * once a word does not see the top bit of one and a certain bit of the next. */
static void test_pairs_of_neighbours(void **state)
{
    uint64_t words[2] = {0x0123456789abcdefull, 0xfedcba9876543210ull};
    uint64_t whole = hash_words(words, sizeof(words), HASH_START);

    (void)state;
    for (unsigned a = 0; a < 64; a++) {
        for (unsigned b = 0; b < 64; b++) {
            words[0] ^= 1ull << a;
            words[1] ^= 1ull << b;
            assert_true(hash_words(words, sizeof(words), HASH_START) != whole);
            words[0] ^= 1ull << a;
            words[1] ^= 1ull << b;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_seal_ends_writing, setup),
        cmocka_unit_test_setup(test_next_life, setup),
        cmocka_unit_test_setup(test_all_holders, setup),
        cmocka_unit_test_setup(test_refusals, setup),
        cmocka_unit_test_setup(test_each_bit, setup),
        cmocka_unit_test_setup(test_broken, setup),
        cmocka_unit_test_setup(test_broken_and_freed, setup),
        cmocka_unit_test_setup(test_flips, setup),
        cmocka_unit_test(test_pairs_of_neighbours),
    };

    return cmocka_run_group_tests_name("test_seal", tests, NULL, NULL);
}
