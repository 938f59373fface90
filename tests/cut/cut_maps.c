/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Persistent memory maps, cut short: after every single store the machine
 * stops, and of each cache line any part of what was stored last may be lost.
 * Then the map is opened as the next life does, and judged.
 */
/* sources: user/lib/microkernel/map.c user/lib/microkernel/wait.c */
/* sources: user/lib/microkernel/store.c user/lib/microkernel/attach.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pmm/chPmm.h>

#include "user/lib/microkernel/clock.h"
#include "user/lib/microkernel/fail.h"
#include "user/lib/microkernel/map.h"
#include "user/lib/microkernel/store.h"

#define BLOCKS 20 /* their states are in more than one cache line */
#define SIZE 40
#define ROUNDS 300

DEFINE_PERSISTENT_MEMORY_MAP(MAP, BLOCKS, SIZE, "key");
DEFINE_PERSISTENT_MEMORY_MAP(NEXT, BLOCKS, SIZE, "key");
DEFINE_PERSISTENT_MEMORY_MAP(MORE, BLOCKS + 1, SIZE, "key");
DEFINE_PERSISTENT_MEMORY_MAP(WIDER, BLOCKS, SIZE + 8, "key");

static struct {
    _Alignas(64) uint64_t now[512];
    _Alignas(64) uint64_t seen[512]; /* as it is after a crash */
    long stores_left; /* -1: as many as you like */
    unsigned stores;
    jmp_buf stop;
} bank;

/* The stores: one that is not left is not made. */
static void count_store(void)
{
    if (bank.stores_left == 0)
        longjmp(bank.stop, 1);
    if (bank.stores_left > 0)
        bank.stores_left--;
    bank.stores++;
}

void store_word(volatile uint32_t *word, uint32_t value)
{
    count_store();
    *word = value;
}

void store_commit(volatile uint64_t *word, uint64_t value)
{
    count_store();
    *word = value;
}

/* The surroundings. */
int syncWake(const unsigned *word, unsigned count)
{
    (void)word, (void)count;
    return 0;
}

int syncWait(const unsigned *word, unsigned expected, KnTimeVal *limit)
{
    (void)word, (void)expected, (void)limit;
    return K_ETIMEOUT;
}

/* So few wait that the library needs no memory. */
int rgnAllocate(KnCap *actor, KnRgnDesc *region)
{
    (void)actor, (void)region;
    abort();
}

struct clock_limit clock_limit(int32_t ticks)
{
    return (struct clock_limit){.never = ticks == TICKS_UNLIMITED};
}

KnTimeVal *clock_rest(struct clock_limit *limit)
{
    (void)limit;
    return NULL;
}

void lock_wait(struct lock *lock)
{
    (void)lock;
}

void lock_wake(struct lock *lock)
{
    (void)lock;
}

void map_fail(const struct k_memory_map *map, const void *block,
              enum map_verdict verdict)
{
    (void)map, (void)block, (void)verdict;
    abort();
}

void map_not_ready(const struct k_memory_map *map)
{
    (void)map;
    abort();
}

KnError pmmAllocate(VmAddr *address, PmmName *name, size_t size,
                    const char *key, size_t key_size)
{
    (void)name, (void)key, (void)key_size;
    assert_true(size <= sizeof(bank.now));
    *address = (VmAddr)bank.now;
    return K_OK;
}

/* A map that has forgotten all, as in the next life. */
static void forget(struct k_memory_map *map)
{
    map->store = NULL;
    map->blocks = NULL;
    map->free = map->used = map->fresh = 0;
}

static unsigned attach(struct k_memory_map *map)
{
    unsigned inherited;

    forget(map);
    assert_int_equal(task_mem_map_attach(map, &inherited), K_OK);
    return inherited;
}

static uint32_t used_set(const struct k_memory_map *map)
{
    uint32_t set = 0;

    for (unsigned i = 0; i < BLOCKS; i++)
        set |= (uint32_t)(map->table[i].link == K_MAP_USED) << i;
    return set;
}

/* The free list holds exactly the blocks that are not in use. */
static void check_whole(struct k_memory_map *map)
{
    uint32_t set = used_set(map);
    unsigned used = (unsigned)__builtin_popcount(set);
    void *blocks[BLOCKS];

    assert_int_equal(map->used, used);
    for (unsigned i = used; i < BLOCKS; i++) {
        blocks[i] = map_take(map, 1);
        assert_non_null(blocks[i]);
        set |= 1u << task_mem_map_index(map, blocks[i]);
    }
    assert_int_equal(set, (1u << BLOCKS) - 1);
    assert_null(map_take(map, 1));
}

static unsigned random_below(unsigned limit)
{
    return (unsigned)rand() % limit;
}

/* One change: takes a block, or frees one of the set. */
static void change(bool taking, unsigned victim)
{
    if (taking)
        (void)map_take(MAP, 1);
    else
        (void)map_put(MAP, victim);
}

static unsigned pick(uint32_t set)
{
    unsigned index = random_below(BLOCKS);

    while ((set >> index & 1) == 0)
        index = (index + 1) % BLOCKS;
    return index;
}

/* Each change is cut before and after its store: the next life sees the map
 * as before it or as after it, and nothing in between. */
static void changes_are_whole(void **state)
{
    (void)state;
    srand(1);
    memset(bank.now, 0, sizeof(bank.now));
    bank.stores_left = -1;
    assert_int_equal(attach(MAP), 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint32_t before = used_set(MAP), after;
        bool taking = before == 0 ||
                      (before != (1u << BLOCKS) - 1 && random_below(2));
        unsigned victim = taking ? 0 : pick(before), stores = bank.stores;

        memcpy(bank.seen, bank.now, sizeof(bank.now));
        change(taking, victim);
        after = used_set(MAP);
        assert_int_equal(bank.stores, stores + 1);
        assert_int_equal(__builtin_popcount(before ^ after), 1);
        for (int done = 0; done < 2; done++) {
            uint64_t kept[512];

            memcpy(kept, bank.now, sizeof(kept));
            if (!done)
                memcpy(bank.now, bank.seen, sizeof(kept));
            attach(NEXT);
            assert_int_equal(used_set(NEXT), done ? after : before);
            check_whole(NEXT);
            memcpy(bank.now, kept, sizeof(kept));
        }
        attach(MAP);
    }
}

/* A map is made: cut after every store, there is none, or an empty one. */
static void making_is_whole(void **state)
{
    volatile unsigned cuts = 0;

    (void)state;
    for (volatile long stores = 0; stores < BLOCKS + 6; stores++) {
        memset(bank.now, 0, sizeof(bank.now));
        bank.stores_left = stores;
        if (setjmp(bank.stop) == 0)
            attach(MAP);
        else
            cuts++;
        bank.stores_left = -1;
        assert_int_equal(attach(NEXT), 0);
        check_whole(NEXT);
    }
    assert_int_equal(cuts, BLOCKS + 5);
}

/* Of each line of the bank, any is as before and any as after: every block is
 * then in use, or free, as it was at one of the two times. */
static void dropped_lines(void **state)
{
    (void)state;
    srand(2);
    for (unsigned round = 0; round < ROUNDS * 10; round++) {
        uint32_t first, last;
        unsigned changes = random_below(12);

        memset(bank.now, 0, sizeof(bank.now));
        attach(MAP);
        for (unsigned i = random_below(BLOCKS); i > 0; i--)
            change(true, 0);
        first = used_set(MAP);
        memcpy(bank.seen, bank.now, sizeof(bank.now));
        for (unsigned i = 0; i < changes && used_set(MAP) != 0; i++)
            change(MAP->free != 0 && random_below(2), pick(used_set(MAP)));
        last = used_set(MAP);
        for (unsigned line = 0; line < 64; line++) {
            if (random_below(2))
                memcpy(&bank.now[line * 8], &bank.seen[line * 8], 64);
        }
        attach(NEXT);
        assert_int_equal((used_set(NEXT) ^ first) & (used_set(NEXT) ^ last),
                         0);
        check_whole(NEXT);
    }
}

/* Lines that never reached memory while the map was made and first used. */
static void dropped_lines_of_a_new_map(void **state)
{
    (void)state;
    srand(3);
    for (unsigned round = 0; round < ROUNDS; round++) {
        memset(bank.now, 0, sizeof(bank.now));
        attach(MAP);
        for (unsigned i = random_below(BLOCKS); i > 0; i--)
            change(true, 0);
        for (unsigned line = 0; line < 64; line++) {
            if (random_below(2))
                memset(&bank.now[line * 8], 0, 64);
        }
        attach(NEXT);
        check_whole(NEXT);
    }
}

static void other_layouts_are_refused(void **state)
{
    unsigned inherited;

    (void)state;
    memset(bank.now, 0, sizeof(bank.now));
    attach(MAP);
    change(true, 0);
    memcpy(bank.seen, bank.now, sizeof(bank.now));
    assert_int_equal(task_mem_map_attach(MORE, &inherited), K_ESIZE);
    assert_int_equal(task_mem_map_attach(WIDER, &inherited), K_ESIZE);
    for (unsigned bit = 0; bit < 24 * 8; bit++) {
        bank.now[bit / 64] ^= 1ull << bit % 64;
        forget(NEXT);
        assert_int_equal(task_mem_map_attach(NEXT, &inherited), K_EFAIL);
        bank.now[bit / 64] ^= 1ull << bit % 64;
    }
    assert_memory_equal(bank.now, bank.seen, sizeof(bank.now));
    assert_int_equal(attach(NEXT), 1);
}

static void inherited_blocks_are_walked(void **state)
{
    unsigned seen = 0;
    void *block = NULL;

    (void)state;
    memset(bank.now, 0, sizeof(bank.now));
    attach(MAP);
    for (unsigned i = 0; i < 5; i++)
        change(true, 0);
    (void)map_put(MAP, BLOCKS - 2);
    ((struct k_map_store *)bank.now)->states[0] = 12345; /* damaged: held */
    assert_int_equal(attach(NEXT), 5);
    while ((block = task_mem_map_inherited(NEXT, block)) != NULL) {
        seen |= 1u << task_mem_map_index(NEXT, block);
        if (task_mem_map_index(NEXT, block) == 0)
            task_mem_map_adopt(NEXT, block);
    }
    assert_int_equal(seen, 0xb8001);
    assert_int_equal(((struct k_map_store *)bank.now)->states[0], STORE_USED);
    block = task_mem_map_inherited(NEXT, NULL);
    assert_ptr_equal(block, task_mem_map_block(NEXT, BLOCKS - 5));
    assert_null(task_mem_map_block(NEXT, BLOCKS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_whole),
        cmocka_unit_test(making_is_whole),
        cmocka_unit_test(dropped_lines),
        cmocka_unit_test(dropped_lines_of_a_new_map),
        cmocka_unit_test(other_layouts_are_refused),
        cmocka_unit_test(inherited_blocks_are_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
