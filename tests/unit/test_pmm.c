/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Persistent Memory Manager: who may have which block, and when it goes.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) $(HOST_PMM) */
#include "bank_host.h"
#include "kspace_host.h"
#include "memory.h"
#include "mm/aspace.h"
#include "mm/bank_share.h"
#include "mm/pmm_core.h"
#include "test.h"

#define PAGES 64u
#define ACTORS 4u
#define CAPACITY 256u /* of the bank's directory */
#define FIRST_ADDRESS (ASPACE_BANK_BASE + 20 * PAGE_SIZE)

/* As pmmList() does. */
static unsigned list_blocks(PmmBlockInfo *array, unsigned max)
{
    unsigned count = 0;

    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1), count++) {
        if (count < max)
            pmm_describe((unsigned)i, &array[count]);
    }
    return count;
}

/* Two user actors (the first in group 3) and two trusted ones. */
static struct aspace spaces[ACTORS];
static struct pmm_holder actors[ACTORS];
static struct pmm_holder *const user = &actors[0], *const user2 = &actors[1];
static struct pmm_holder *const boss = &actors[2], *const boss2 = &actors[3];

static VmAddr where;

static void join_all(void)
{
    test_memory_init(200);
    pmm_init();
    for (unsigned i = 0; i < ACTORS; i++) {
        assert_int_equal(aspace_create(&spaces[i], false), K_OK);
        actors[i] = (struct pmm_holder){
            .space = &spaces[i],
            .aid = (int)(100 + i),
            .trusted = i >= 2,
            .group = i == 0 ? 3 : -1,
        };
        snprintf(actors[i].account, sizeof(actors[i].account), "actor%u", i);
        pmm_join(&actors[i]);
    }
}

static int setup(void **state)
{
    (void)state;
    test_bank_begin(PAGES);
    join_all();
    return 0;
}

/* What rgnStat() tells of its blocks, in order. */
static unsigned block_count(unsigned actor)
{
    struct region block;
    uint64_t end = 0;
    unsigned count = 0;
    int slot = -1;

    while ((slot = pmm_held_behind(&actors[actor], slot, &block)) >= 0) {
        assert_int_equal(block.kind, K_RGN_BLOCK);
        assert_true(block.start >= end);
        assert_true(aspace_block_at(&spaces[actor], uaddr(block.start),
                                    block.options == K_WRITABLE));
        end = block.start + block.size;
        count++;
    }
    return count;
}

static uint64_t pages_mapped(unsigned actor)
{
    uint64_t tables;

    return ptab_count(&spaces[actor].ptab, &tables);
}

/* A block is mapped at its place, as a whole, writable, never executable. */
static void check_mapped(const struct aspace *space,
                         const struct bank_block *block)
{
    uint64_t at = ASPACE_BANK_BASE + block->offset;
    unsigned prot;
    paddr_t page;

    for (uint64_t done = 0; done < block->size; done += PAGE_SIZE) {
        assert_true(ptab_lookup(&space->ptab, at + done, &page, &prot));
        assert_int_equal(page.raw, block->memory.raw + done);
        assert_int_equal(prot, PROT_USER | PROT_READ | PROT_WRITE);
    }
}

/* Everything that must hold between two calls. */
static void check(void)
{
    const char *wrong = bank_check();

    if (wrong != NULL)
        fail_msg("bank_check: %s", wrong);
    for (unsigned i = 0; i < ACTORS; i++) {
        const struct pmm_holding *at = NULL;
        uint64_t held = 0;

        assert_int_equal(block_count(i), actors[i].held);
        while ((at = pmm_held_next(&actors[i], at)) != NULL) {
            struct bank_block block = bank_block(at->slot);

            check_mapped(&spaces[i], &block);
            held += block.size / PAGE_SIZE;
        }
        assert_int_equal(pages_mapped(i), held);
    }
}

static PmmName name_of(const char *medium, const char *text)
{
    PmmName name = {"", ""};

    memcpy(name.medium, medium, strnlen(medium, sizeof(name.medium)));
    memcpy(name.name, text, strnlen(text, sizeof(name.name)));
    return name;
}

static KnError allocate_keyed(struct pmm_holder *holder, const char *text,
                              uint64_t size, const void *key, unsigned key_size)
{
    PmmName name = name_of("RAM", text);
    struct pmm_request request = {&name, size, key, key_size};
    KnError error;

    where = 0;
    error = pmm_allocate(holder, &request, &where);
    assert_true((error == K_OK) == (where != 0));
    check();
    return error;
}

static KnError allocate(struct pmm_holder *holder, const char *text,
                        uint64_t size)
{
    return allocate_keyed(holder, text, size, "key", 3);
}

static KnError free_name(struct pmm_holder *holder, const char *text)
{
    PmmName name = name_of("RAM", text);
    KnError error = pmm_free(holder, &name);

    check();
    return error;
}

/* ---- Names -------------------------------------------------------------- */

static void test_find_or_allocate(void **state)
{
    VmAddr first;

    (void)state;
    assert_int_equal(allocate(user, "a", 4), K_OK);
    first = where;
    assert_int_equal(first, FIRST_ADDRESS);
    assert_int_equal(allocate(user, "b", 5000), K_OK);
    assert_int_equal(where, FIRST_ADDRESS + PAGE_SIZE);
    /* Again: the same address, whatever the size. */
    assert_int_equal(allocate(user, "a", 4), K_OK);
    assert_int_equal(where, first);
    assert_int_equal(allocate(user, "a", 0), K_OK);
    assert_int_equal(allocate(user, "a", UINT64_MAX), K_OK);
    assert_int_equal(where, first);
    assert_int_equal(block_count(0), 2);
}

static void test_bad_names(void **state)
{
    char long_name[sizeof(PmmMemName) + 1] = {0};
    PmmName name = name_of("ROM", "a");
    struct pmm_request request = {&name, 1, NULL, 0};

    (void)state;
    assert_int_equal(pmm_allocate(user, &request, &where), K_EINVAL);
    assert_int_equal(pmm_free(user, &name), K_EINVAL);
    name = name_of("RAMRAMRAMRAMRAMRAM", "a"); /* without an end */
    assert_int_equal(pmm_allocate(user, &request, &where), K_EINVAL);
    name = name_of("RAMX", "a");
    assert_int_equal(pmm_free(user, &name), K_EINVAL);
    assert_int_equal(allocate(user, "", 1), K_EINVAL);
    memset(long_name, 'x', sizeof(long_name) - 1);
    assert_int_equal(allocate(user, long_name, 1), K_EINVAL);
    assert_int_equal(free_name(user, long_name), K_EINVAL);
    long_name[sizeof(PmmMemName) - 1] = '\0';
    assert_int_equal(allocate(user, long_name, 1), K_OK);
    assert_int_equal(free_name(user, "b"), K_EUNKNOWN);
}

static void test_system_names(void **state)
{
    (void)state;
    assert_int_equal(allocate(user, "__SYS", 1), K_EPRIV);
    assert_int_equal(allocate(user, "__SYSTEM", 1), K_EPRIV);
    assert_int_equal(allocate(user, "__SY", 1), K_OK);
    assert_int_equal(allocate(boss, "__SYS_TABLE", 1), K_OK);
    assert_int_equal(free_name(user, "__SYS_TABLE"), K_EPRIV);
    assert_int_equal(free_name(user, "__SYS_NONE"), K_EPRIV);
    assert_int_equal(free_name(boss2, "__SYS_TABLE"), K_OK);
}

/* ---- Sizes and limits --------------------------------------------------- */

static void test_sizes(void **state)
{
    (void)state;
    assert_int_equal(allocate(user, "a", 0), K_ESIZE);
    assert_int_equal(allocate(user, "a", UINT64_MAX), K_ESIZE);
    assert_int_equal(allocate(user, "a", 45 * PAGE_SIZE), K_ESIZE);
    assert_int_equal(allocate(user, "a", 43 * PAGE_SIZE), K_OK);
    assert_int_equal(allocate(user, "b", 2 * PAGE_SIZE), K_ESPACE);
    assert_int_equal(allocate(user, "b", PAGE_SIZE), K_OK);
    assert_int_equal(allocate(user, "c", 1), K_ESPACE);
}

static void test_full(void **state)
{
    char text[8];

    (void)state;
    for (unsigned i = 0; i < PMM_BLOCKS_DEFAULT; i++) {
        snprintf(text, sizeof(text), "b%u", i);
        assert_int_equal(allocate(user, text, 1), K_OK);
    }
    assert_int_equal(allocate(user, "more", 1), K_EFULL);
    assert_int_equal(allocate(user, "b7", 1), K_OK);
    assert_int_equal(free_name(user, "b7"), K_OK);
    assert_int_equal(allocate(user, "more", 1), K_OK);
}

static void test_no_memory_to_map(void **state)
{
    uint64_t before = bank_usage().free;

    (void)state;
    for (unsigned left = 0; left < 2; left++) { /* it needs two tables */
        test_memory_squeeze(left);
        assert_int_equal(allocate(user, "a", 5000), K_ENOMEM);
        assert_int_equal(bank_find("a"), K_EUNKNOWN);
        test_memory_release();
    }
    assert_int_equal(bank_usage().free, before);
    assert_int_equal(bank_usage().blocks, 0);
    assert_int_equal(bank_find("a"), K_EUNKNOWN);
    /* A block that was there before the call stays. */
    assert_int_equal(allocate(user2, "b", 1), K_OK);
    pmm_leave(user2);
    test_memory_squeeze(0);
    assert_int_equal(allocate(boss, "b", 1), K_ENOMEM);
    assert_true(bank_find("b") >= 0);
    test_memory_release();
    assert_int_equal(allocate(boss, "b", 1), K_OK);
    pmm_join(user2);
}

static void test_without_bank(void **state)
{
    struct bank_place nowhere = {paddr(0), 0, 30};
    struct bank_report report;

    (void)state;
    bank_open(&nowhere, BOOT_COLD, &report);
    assert_int_equal(allocate(user, "a", 1), K_ESPACE);
    assert_int_equal(free_name(user, "a"), K_EUNKNOWN);
    assert_int_equal(pmm_free_all(user, "k", 1), K_EUNKNOWN);
    assert_int_equal(pmm_free_group(0), 0);
    assert_int_equal(list_blocks(NULL, 0), 0);
}

/* ---- Holders ------------------------------------------------------------ */

static void test_sharing(void **state)
{
    (void)state;
    assert_int_equal(allocate(user, "a", 1), K_OK);
    assert_int_equal(allocate(user2, "a", 1), K_EBUSY);
    assert_int_equal(allocate(boss, "a", 1), K_EBUSY);
    pmm_leave(user);
    assert_int_equal(block_count(0), 0);
    assert_int_equal(allocate(boss, "a", 1), K_OK);
    assert_int_equal(where, FIRST_ADDRESS);
    assert_int_equal(allocate(boss2, "a", 1), K_OK);
    assert_int_equal(where, FIRST_ADDRESS);
    assert_int_equal(allocate(user2, "a", 1), K_EBUSY);
    pmm_leave(boss);
    assert_int_equal(allocate(user2, "a", 1), K_EBUSY);
    pmm_leave(boss2);
    assert_int_equal(allocate(user2, "a", 1), K_OK);
}

static void test_contents_stay(void **state)
{
    struct bank_place place = test_bank_place();
    struct bank_report report;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(allocate(user, "gap", 1), K_OK);
    assert_int_equal(allocate(user, "a", 5000), K_OK);
    bytes = fake_ram(bank_block(1).memory, 8192);
    memset(bytes, 0x42, 8192);
    assert_int_equal(free_name(user, "gap"), K_OK);
    fake_cache_reset();
    bank_open(&place, BOOT_WARM, &report);
    join_all();
    assert_int_equal(allocate(user2, "a", 1), K_OK);
    assert_int_equal(where, FIRST_ADDRESS + PAGE_SIZE);
    for (unsigned i = 0; i < 8192; i++)
        assert_int_equal(bytes[i], 0x42);
}

/* User actors of one name: both sides of each limit, and the reserve, which
 * is for the trusted ones. */
static void test_shares(void **state)
{
    static const struct bank_share none = {
        .bytes = UINT64_MAX, .blocks = CAPACITY};
    uint64_t free = bank_usage().free, bytes;

    (void)state;
    bank_share_set(&(struct bank_share){
        .bytes = 5 * PAGE_SIZE, .reserve_bytes = 4 * PAGE_SIZE,
        .blocks = 3, .reserve_blocks = 2});
    assert_int_equal(allocate(user, "a", 5 * PAGE_SIZE + 1), K_ESPACE);
    assert_int_equal(allocate(user, "a", 4 * PAGE_SIZE), K_OK);
    assert_int_equal(allocate(user, "b", PAGE_SIZE + 1), K_ESPACE);
    assert_int_equal(allocate(user, "b", PAGE_SIZE), K_OK);
    assert_int_equal(bank_owned("actor0", &bytes), 2);
    assert_int_equal(bytes, 5 * PAGE_SIZE);
    assert_int_equal(allocate(user, "c", 0), K_ESIZE);
    assert_int_equal(allocate(user, "c", 1), K_ESPACE);
    assert_int_equal(allocate(user, "a", 1), K_OK); /* it is there */
    assert_int_equal(free_name(user, "a"), K_OK);
    assert_int_equal(allocate(user, "a", 1), K_OK);
    assert_int_equal(allocate(user, "c", 1), K_OK);
    assert_int_equal(allocate(user, "d", 1), K_EFULL);
    assert_int_equal(allocate(user2, "e", 1), K_OK);
    assert_int_equal(allocate(boss, "f", free - 8 * PAGE_SIZE), K_OK);
    assert_int_equal(allocate(user2, "g", 1), K_ESPACE);
    assert_int_equal(allocate(boss, "g", 1), K_OK);
    bank_share_set(&none);
    assert_int_equal(allocate(user2, "h", 1), K_OK);
    check();
}

static void test_free_under_holder(void **state)
{
    (void)state;
    assert_int_equal(allocate(boss, "a", 1), K_OK);
    assert_int_equal(allocate(boss2, "a", 1), K_OK);
    assert_int_equal(allocate(boss2, "b", 1), K_OK);
    assert_int_equal(free_name(user, "a"), K_OK); /* anyone may */
    assert_int_equal(block_count(2), 0);
    assert_int_equal(block_count(3), 1);
    assert_int_equal(free_name(user, "a"), K_EUNKNOWN);
}

/* Trusted actors share more blocks than can be written down: a table for
 * those besides the first, and what rests gives way. */
static void test_sharing_runs_out(void **state)
{
    static struct pmm_holder many[CAPACITY + 1];
    static struct aspace space;

    (void)state;
    assert_int_equal(allocate(user, "a", 1), K_OK);
    pmm_leave(user);
    assert_int_equal(allocate(boss, "a", 1), K_OK);
    assert_int_equal(aspace_create(&space, true), K_OK);
    for (unsigned i = 0; i <= CAPACITY; i++) {
        PmmName name = name_of("RAM", "a");
        struct pmm_request request = {&name, 1, NULL, 0};

        many[i] = (struct pmm_holder){
            .space = &space, .aid = 1, .trusted = true, .group = -1};
        pmm_join(&many[i]);
        assert_int_equal(pmm_allocate(&many[i], &request, &where),
                         i < CAPACITY ? K_OK : K_ENOMEM);
        if (i < CAPACITY)
            aspace_detach_block(&space, uaddr(FIRST_ADDRESS), PAGE_SIZE);
    }
    assert_int_equal(pmm_block_held(0), CAPACITY + 1);
}

/* ---- Keys --------------------------------------------------------------- */

static void test_keys(void **state)
{
    char key[33] = "";

    (void)state;
    assert_int_equal(allocate_keyed(user, "a", 1, NULL, 3), K_EINVAL);
    assert_int_equal(allocate_keyed(user, "a", 1, key, 33), K_ESIZE);
    assert_int_equal(allocate_keyed(user, "a", 1, key, 32), K_OK);
    assert_int_equal(allocate_keyed(user, "b", 1, NULL, 0), K_OK);
    assert_int_equal(allocate_keyed(user, "c", 1, "k", 2), K_OK);
    assert_int_equal(allocate_keyed(user2, "d", 1, "k", 2), K_OK);
    assert_int_equal(allocate_keyed(user2, "e", 1, "k", 1), K_OK);
    assert_int_equal(pmm_free_all(user, NULL, 0), K_EINVAL);
    assert_int_equal(pmm_free_all(user, NULL, 2), K_EINVAL);
    assert_int_equal(pmm_free_all(user, "k", 0), K_EINVAL);
    assert_int_equal(pmm_free_all(user, key, 33), K_ESIZE);
    assert_int_equal(pmm_free_all(user, "x", 2), K_EUNKNOWN);
    check();
    assert_int_equal(pmm_free_all(user, "k", 2), K_OK);
    check();
    assert_int_equal(bank_usage().blocks, 3);
    assert_int_equal(block_count(0), 2);
    assert_int_equal(block_count(1), 1);
    assert_int_equal(pmm_free_all(user, "k", 2), K_EUNKNOWN);
    assert_int_equal(pmm_free_all(user, key, 32), K_OK);
    check();
}

static void test_system_keys(void **state)
{
    const unsigned size = HR_GROUP_KEYSIZE;

    (void)state;
    assert_int_equal(allocate_keyed(boss, "a", 1, "__SYS", 5), K_EPRIV);
    assert_int_equal(allocate_keyed(user, "a", 1, HR_GROUP_KEY, size - 1),
                     K_EPRIV);
    assert_int_equal(allocate_keyed(user2, "a", 1, HR_GROUP_KEY, size),
                     K_EPRIV);
    assert_int_equal(allocate_keyed(user, "a", 1, HR_GROUP_KEY, size), K_OK);
    assert_int_equal(allocate_keyed(user, "x", 1, "__SY", 4), K_OK);
    assert_int_equal(pmm_free_all(user, HR_GROUP_KEY, size), K_EPRIV);
    assert_int_equal(pmm_free_all(boss, "__SYS", 5), K_EPRIV);
    assert_int_equal(pmm_free_all(boss, HR_GROUP_KEY ":03", size + 3),
                     K_EPRIV);
    /* A user's free may not take the system's blocks with it. */
    assert_int_equal(allocate_keyed(boss, "__SYS_T", 1, "k", 1), K_OK);
    assert_int_equal(allocate_keyed(user, "u", 1, "k", 1), K_OK);
    assert_int_equal(pmm_free_all(user, "k", 1), K_EPRIV);
    assert_true(bank_find("u") >= 0);
    assert_int_equal(pmm_free_all(boss, "k", 1), K_OK);
    check();
}

static void test_group_keys(void **state)
{
    const unsigned size = HR_GROUP_KEYSIZE;

    (void)state;
    user2->group = 12;
    assert_int_equal(allocate_keyed(user, "a", 1, HR_GROUP_KEY, size), K_OK);
    assert_int_equal(allocate_keyed(user, "b", 1, HR_GROUP_KEY, size), K_OK);
    assert_int_equal(allocate_keyed(user, "c", 1, "own", 3), K_OK);
    assert_int_equal(allocate_keyed(user2, "d", 1, HR_GROUP_KEY, size), K_OK);
    assert_int_equal(pmm_free_group(2), 0);
    assert_int_equal(pmm_free_group(3), 2);
    check();
    assert_int_equal(bank_usage().blocks, 2);
    assert_int_equal(pmm_free_group(3), 0);
    assert_int_equal(pmm_free_group(12), 1);
    assert_true(bank_find("c") >= 0);
    EXPECT_PANIC("group", (void)pmm_free_group(HR_GROUPS_MAX));
    EXPECT_PANIC("group", (void)pmm_free_group(-1));
}

/* ---- Listing ------------------------------------------------------------ */

static void test_list(void **state)
{
    PmmBlockInfo list[3];

    (void)state;
    memset(list, 0xee, sizeof(list));
    assert_int_equal(allocate_keyed(user, "a", 5000, "k\0\1", 3), K_OK);
    assert_int_equal(allocate_keyed(boss, "b", 1, NULL, 0), K_OK);
    assert_int_equal(allocate_keyed(boss2, "b", 1, NULL, 0), K_OK);
    assert_int_equal(allocate_keyed(user2, "c", 1, NULL, 0), K_OK);
    pmm_leave(user2);
    assert_int_equal(list_blocks(NULL, 0), 3);
    assert_int_equal(list_blocks(list, 1), 3);
    assert_int_equal(list[1].inUse, 0xeeeeeeee);
    assert_int_equal(list_blocks(list, 3), 3);
    assert_string_equal(list[0].name, "a");
    assert_string_equal(list[0].owner, "actor0");
    assert_int_equal(list[0].delKeySize, 3);
    assert_memory_equal(list[0].delKey, "k\0\1\0\0\0\0", 8);
    assert_int_equal(list[0].addr, FIRST_ADDRESS);
    assert_int_equal(list[0].size, 8192);
    assert_int_equal(list[0].inUse, 1);
    assert_int_equal(list[0].holder, 100);
    assert_int_equal(list[1].inUse, 2);
    assert_true(list[1].holder == 102 || list[1].holder == 103);
    assert_int_equal(list[2].inUse, 0);
    assert_int_equal(list[2].holder, -1);
}

/* By their places, whoever came first, and only those that it holds. */
static void test_held(void **state)
{
    struct region block;
    int slot;

    (void)state;
    assert_int_equal(pmm_held_behind(user, -1, &block), -1);
    assert_int_equal(allocate(user, "a", 1), K_OK);
    assert_int_equal(allocate(user2, "b", 5000), K_OK);
    assert_int_equal(allocate(user, "c", 5000), K_OK);
    assert_int_equal(free_name(user, "a"), K_OK);
    assert_int_equal(allocate(user, "d", 1), K_OK); /* where a was */
    slot = pmm_held_behind(user, -1, &block);
    assert_int_equal(slot, bank_find("d"));
    assert_int_equal(block.start, FIRST_ADDRESS);
    assert_int_equal(block.size, PAGE_SIZE);
    slot = pmm_held_behind(user, slot, &block);
    assert_int_equal(slot, bank_find("c"));
    assert_int_equal(block.start, FIRST_ADDRESS + 3 * PAGE_SIZE);
    assert_int_equal(block.size, 2 * PAGE_SIZE);
    assert_int_equal(pmm_held_behind(user, slot, &block), -1);
    assert_true(pmm_held_from(user, FIRST_ADDRESS + PAGE_SIZE, &block));
    assert_int_equal(block.start, FIRST_ADDRESS + 3 * PAGE_SIZE);
    assert_true(pmm_held_from(user, FIRST_ADDRESS + 4 * PAGE_SIZE, &block));
    assert_false(pmm_held_from(user, FIRST_ADDRESS + 5 * PAGE_SIZE, &block));
}

/* ---- Many random calls against a simple model --------------------------- */

/* What each actor holds of the names "0" to "7", and what exists. */
static struct {
    unsigned count;
    PmmMemName name, aside;
} told;

static void tell(const char *name, const char *aside)
{
    told.count++;
    snprintf(told.name, sizeof(told.name), "%s", name);
    snprintf(told.aside, sizeof(told.aside), "%s", aside);
}

/* user, of group 3, ends with a block of its own, one with the group's key
 * and one that user2 has taken over since. */
static void test_aside(void **state)
{
    static const char longest[] =
        "a name of forty-seven bytes, as long as can be.";
    int slot;

    (void)state;
    memset(&told, 0, sizeof(told));
    assert_int_equal(allocate(user, "own", 1), K_OK);
    assert_int_equal(allocate(user, longest, 1), K_OK);
    assert_int_equal(allocate(user, "taken", 1), K_OK);
    assert_int_equal(allocate(user, "freed", 1), K_OK);
    assert_int_equal(allocate_keyed(user, "keyed", 1, HR_GROUP_KEY,
                                    HR_GROUP_KEYSIZE), K_OK);
    slot = bank_find("own");
    assert_int_equal(pmm_aside_group(3, tell), 0); /* it runs */
    pmm_leave(user);
    assert_int_equal(allocate(user2, "taken", 1), K_OK);
    assert_int_equal(free_name(user2, "freed"), K_OK);
    assert_int_equal(allocate(user2, "another in its slot", 1), K_OK);
    pmm_leave(user2);
    pmm_join(user2);
    assert_int_equal(allocate(user2, "taken", 1), K_OK);

    assert_int_equal(pmm_aside_group(2, tell), 0);
    assert_int_equal(pmm_aside_group(3, tell), 3);
    assert_int_equal(told.count, 3);
    assert_int_equal(bank_find("own"), K_EUNKNOWN);
    assert_int_equal(bank_find("own~aside1"), slot);
    assert_int_equal(bank_block((unsigned)slot).key_size, 0);
    assert_true(bank_find("keyed~aside1") >= 0);
    assert_true(bank_find("a name of forty-seven bytes, as long as~aside1") >=
                0);
    assert_true(bank_find("taken") >= 0);
    assert_true(bank_find("another in its slot") >= 0);
    /* Once more: nothing is left to do; and the next time, the next number. */
    assert_int_equal(pmm_aside_group(3, tell), 0);
    pmm_join(user);
    assert_int_equal(allocate(user, "own", 1), K_OK);
    pmm_leave(user);
    assert_int_equal(pmm_aside_group(3, tell), 1);
    assert_int_equal(bank_find("own~aside1"), slot);
    assert_true(bank_find("own~aside2") >= 0);
    /* The group's end frees nothing of it. */
    assert_int_equal(pmm_free_group(3), 0);
    pmm_forget(user);
    pmm_join(user);
    check();
}

struct model {
    bool exists[8], held[8][ACTORS];
    VmAddr address[8];
};

static bool model_may_have(const struct model *model, unsigned name,
                           unsigned actor)
{
    for (unsigned i = 0; i < ACTORS; i++) {
        if (i != actor && model->held[name][i] &&
            !(actors[i].trusted && actors[actor].trusted))
            return false;
    }
    return true;
}

static void model_allocate(struct model *model, unsigned name, unsigned actor,
                           uint64_t size)
{
    char text[2] = {(char)('0' + name), 0};
    KnError expected = K_OK, error;

    if (!model_may_have(model, name, actor))
        expected = K_EBUSY;
    error = allocate(&actors[actor], text, size);
    if (error == K_ESPACE && !model->exists[name])
        return;
    assert_int_equal(error, expected);
    if (error != K_OK)
        return;
    if (model->exists[name])
        assert_int_equal(where, model->address[name]);
    model->exists[name] = true;
    model->address[name] = where;
    model->held[name][actor] = true;
}

static void model_free(struct model *model, unsigned name, unsigned actor)
{
    char text[2] = {(char)('0' + name), 0};

    assert_int_equal(free_name(&actors[actor], text),
                     model->exists[name] ? K_OK : K_EUNKNOWN);
    model->exists[name] = false;
    memset(model->held[name], 0, sizeof(model->held[name]));
}

static void model_restart(struct model *model, unsigned actor)
{
    pmm_leave(&actors[actor]);
    pmm_join(&actors[actor]);
    check();
    for (unsigned name = 0; name < 8; name++)
        model->held[name][actor] = false;
}

static void test_random_calls(void **state)
{
    static struct model model;
    uint64_t random = test_seed();

    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        unsigned name = (unsigned)test_random_below(&random, 8);
        unsigned actor = (unsigned)test_random_below(&random, ACTORS);
        unsigned call = (unsigned)test_random_below(&random, 8);

        fake_cache_reset();
        if (call < 5)
            model_allocate(&model, name, actor,
                           1 + test_random_below(&random, 40000));
        else if (call < 7)
            model_free(&model, name, actor);
        else
            model_restart(&model, actor);
        for (unsigned n = 0; n < 8; n++) {
            for (unsigned a = 0; a < ACTORS; a++) {
                int slot = bank_find((char[]){(char)('0' + n), 0});

                assert_int_equal(slot >= 0, model.exists[n]);
                assert_int_equal(
                    slot >= 0 && pmm_holds(&actors[a], (unsigned)slot),
                    model.held[n][a]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_find_or_allocate, setup),
        cmocka_unit_test_setup(test_bad_names, setup),
        cmocka_unit_test_setup(test_system_names, setup),
        cmocka_unit_test_setup(test_sizes, setup),
        cmocka_unit_test_setup(test_full, setup),
        cmocka_unit_test_setup(test_no_memory_to_map, setup),
        cmocka_unit_test_setup(test_without_bank, setup),
        cmocka_unit_test_setup(test_sharing, setup),
        cmocka_unit_test_setup(test_contents_stay, setup),
        cmocka_unit_test_setup(test_shares, setup),
        cmocka_unit_test_setup(test_free_under_holder, setup),
        cmocka_unit_test_setup(test_sharing_runs_out, setup),
        cmocka_unit_test_setup(test_keys, setup),
        cmocka_unit_test_setup(test_system_keys, setup),
        cmocka_unit_test_setup(test_group_keys, setup),
        cmocka_unit_test_setup(test_list, setup),
        cmocka_unit_test_setup(test_held, setup),
        cmocka_unit_test_setup(test_aside, setup),
        cmocka_unit_test_setup(test_random_calls, setup),
    };

    return cmocka_run_group_tests_name("pmm", tests, NULL, NULL);
}
