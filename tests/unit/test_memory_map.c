/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory maps against a model of a few lines: a million random steps of
 * takers, frees, expiries and aborts.  Also the queue of waiters by itself.
 */
/* sources: user/lib/microkernel/map.c user/lib/microkernel/wait.c */
/* sources: user/lib/microkernel/store_word.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "user/lib/microkernel/clock.h"
#include "user/lib/microkernel/map.h"

#define STEPS 1200000
#define BLOCKS 7
#define SIZE 24
#define TASKS 12
#define STACK 0x100 /* pretended */

DEFINE_MEMORY_MAP(MAP, BLOCKS, SIZE);

/* What the library asks of its surroundings; nothing here really waits. */
static unsigned wakes;

int syncWake(const unsigned *word, unsigned count)
{
    (void)word, (void)count;
    wakes++;
    return 0;
}

int syncWait(const unsigned *word, unsigned expected, KnTimeVal *limit)
{
    (void)word, (void)expected, (void)limit;
    return K_ETIMEOUT;
}

static bool room = true;

int rgnAllocate(KnCap *actor, KnRgnDesc *region)
{
    (void)actor;
    if (!room)
        return K_ENOMEM;
    region->startAddr = (VmAddr)(uintptr_t)calloc(1, region->size);
    return K_OK;
}

void lock_wait(struct lock *lock)
{
    (void)lock;
    abort();
}

void lock_wake(struct lock *lock)
{
    (void)lock;
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

static uint64_t random_state;

static unsigned below(unsigned limit)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return (unsigned)((z ^ z >> 31) % limit);
}

/* The model: who holds each block; and who waits, in the order of coming. */
static struct {
    int holder[BLOCKS]; /* task, or -1 */
    unsigned stack[BLOCKS], free; /* free blocks, the next one last */
    int queue[TASKS], waiting;
    unsigned priority[TASKS];
    struct k_wait wait[TASKS];
    bool waits[TASKS];
} model;

static uintptr_t stack_of(int task)
{
    return 0x10000 + (uintptr_t)task * STACK;
}

static void give_on(struct k_wait *wait)
{
    uint32_t index = 0;

    assert_int_equal(map_check(MAP, wait->value, &index), MAP_GOOD);
    (void)map_put(MAP, index);
}

static unsigned index_of(const void *block)
{
    return (unsigned)(((const char *)block - MAP->blocks) / MAP->stride);
}

/* The waiter that the model would serve next, and takes out. */
static int model_best(void)
{
    int best = 0, task;

    for (int i = 1; i < model.waiting; i++) {
        if (model.priority[model.queue[i]] <
            model.priority[model.queue[best]])
            best = i;
    }
    task = model.queue[best];
    model.waiting--;
    memmove(&model.queue[best], &model.queue[best + 1],
            (size_t)(model.waiting - best) * sizeof(int));
    return task;
}

static void model_leave(int task)
{
    for (int i = 0; i < model.waiting; i++) {
        if (model.queue[i] == task) {
            model.waiting--;
            memmove(&model.queue[i], &model.queue[i + 1],
                    (size_t)(model.waiting - i) * sizeof(int));
            return;
        }
    }
    fail_msg("task %d does not wait", task);
}

static void take(int task)
{
    void *block;

    if (model.waits[task])
        return;
    block = map_take(MAP, stack_of(task) + 8);
    if (model.free > 0) {
        unsigned index = model.stack[--model.free];

        assert_non_null(block);
        assert_int_equal(index_of(block), index);
        model.holder[index] = task;
        return;
    }
    assert_null(block);
    model.priority[task] = below(3);
    model.wait[task] = (struct k_wait){
        .priority = model.priority[task],
        .owner = stack_of(task) + 16,
        .object = MAP,
        .give_on = give_on,
    };
    assert_true(wait_enter(&model.wait[task], &MAP->queue));
    model.waits[task] = true;
    model.queue[model.waiting++] = task;
}

/* What map_put() of a block does: hand over, or free. */
static void model_put(unsigned index)
{
    if (model.waiting > 0) {
        int task = model_best();

        model.holder[index] = task;
        assert_int_equal(model.wait[task].handed, 1);
        assert_int_equal(index_of(model.wait[task].value), index);
    } else {
        model.holder[index] = -1;
        model.stack[model.free++] = index;
    }
}

/* A right free, or one that must be seen. */
static void put(unsigned index)
{
    char *block = MAP->blocks + index * MAP->stride;
    uint32_t found = 0;

    assert_int_equal(map_check(MAP, block + 1 + below(MAP->stride - 1),
                               &found), MAP_INSIDE);
    if (model.holder[index] < 0) {
        assert_int_equal(map_check(MAP, block, &found), MAP_FREE);
        return;
    }
    if (model.waits[model.holder[index]])
        return; /* its holder does not have it in hand yet */
    assert_int_equal(map_check(MAP, block, &found), MAP_GOOD);
    assert_int_equal(found, index);
    memset(block, 0x5a, SIZE);
    (void)map_put(MAP, index);
    model_put(index);
}

/* A waiter comes back: served, or out of time. */
static void come_back(int task)
{
    bool handed;

    if (!model.waits[task])
        return;
    handed = model.wait[task].handed != 0;
    assert_int_equal(wait_leave(&model.wait[task]), handed);
    if (!handed)
        model_leave(task);
    model.waits[task] = false;
}

static void abort_task(int task)
{
    bool handed = model.waits[task] && model.wait[task].handed;
    unsigned index = handed ? index_of(model.wait[task].value) : 0;

    wait_forget(stack_of(task), stack_of(task) + STACK);
    if (!model.waits[task])
        return;
    model.waits[task] = false;
    if (handed)
        model_put(index);
    else
        model_leave(task);
}

static void compare(void)
{
    unsigned used = 0, records = 0;

    for (unsigned i = 0; i < BLOCKS; i++) {
        bool held = model.holder[i] >= 0;

        used += held;
        assert_int_equal(MAP->table[i].link == K_MAP_USED, held);
        if (held)
            assert_int_equal((MAP->table[i].owner - 0x10000) / STACK,
                             model.holder[i]);
    }
    for (int i = 0; i < TASKS; i++)
        records += model.waits[i];
    assert_int_equal(MAP->used, used);
    assert_int_equal(MAP->queue.count, model.waiting);
    assert_int_equal(wait_count(), records);
    assert_true(MAP->used_max >= used && MAP->used_max <= BLOCKS);
}

static void random_steps_match_the_model(void **state)
{
    (void)state;
    random_state = 20260101;
    for (unsigned i = 0; i < BLOCKS; i++) {
        model.holder[i] = -1;
        model.stack[model.free++] = i;
    }
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned what = below(100);

        if (what < 40)
            take((int)below(TASKS));
        else if (what < 75)
            put(below(BLOCKS));
        else if (what < 95)
            come_back((int)below(TASKS));
        else
            abort_task((int)below(TASKS));
        compare();
    }
    assert_true(wakes > 0);
}

static void foreign_pointers_are_seen(void **state)
{
    uint32_t index = 0;
    char *base = MAP->blocks;

    (void)state;
    assert_int_equal(map_check(MAP, NULL, &index), MAP_NULL);
    assert_int_equal(map_check(MAP, base - 1, &index), MAP_FOREIGN);
    assert_int_equal(map_check(MAP, base - MAP->stride, &index), MAP_FOREIGN);
    assert_int_equal(map_check(MAP, base + BLOCKS * MAP->stride, &index),
                     MAP_FOREIGN);
    assert_int_equal(map_check(MAP, (void *)-16L, &index), MAP_FOREIGN);
    assert_int_equal(map_check(MAP, &index, &index), MAP_FOREIGN);
}

/* The heap serves in the order of a stable sort, whoever leaves early. */
static void queue_is_priority_then_fifo(void **state)
{
    static struct k_wait waits[K_WAITS_MAX];
    static struct k_wait_queue queue;

    (void)state;
    random_state = 7;
    for (unsigned round = 0; round < 2000; round++) {
        unsigned count = 1 + below(K_WAITS_MAX), gone = below(count);
        const struct k_wait *last = NULL;
        struct k_wait *next;

        for (unsigned i = 0; i < count; i++) {
            assert_true(wait_room(&queue));
            waits[i] = (struct k_wait){.priority = below(5)};
            assert_true(wait_enter(&waits[i], &queue));
        }
        assert_int_equal(wait_room(&queue), count < K_WAITS_MAX);
        assert_false(wait_leave(&waits[gone]));
        for (unsigned i = 1; i < count; i++) {
            next = wait_hand(&queue, NULL);
            assert_non_null(next);
            assert_ptr_not_equal(next, &waits[gone]);
            if (last != NULL && last->priority == next->priority)
                assert_true(last->sequence < next->sequence);
            else if (last != NULL)
                assert_true(last->priority < next->priority);
            last = next;
            assert_true(wait_leave(next));
        }
        assert_null(wait_hand(&queue, NULL));
    }
}

/* More records than the first places hold, with memory for more and without;
 * whose task is gone is found among them. */
static void records_without_number(void **state)
{
    static struct k_wait waits[3][K_WAITS_MAX], late;
    static struct k_wait_queue queues[3], other;

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < K_WAITS_MAX; i++) {
            for (unsigned q = 0; q < 3; q++) {
                waits[q][i] = (struct k_wait){.owner = 100 * q + i};
                assert_true(wait_enter(&waits[q][i], &queues[q]));
            }
        }
        assert_int_equal(wait_count(), 3 * K_WAITS_MAX);
        room = false;
        assert_false(wait_enter(&late, &other));
        assert_int_equal(other.count, 0);
        room = true;
        wait_forget(200, 200 + K_WAITS_MAX);
        assert_int_equal(queues[2].count, 0);
        wait_forget(0, 100 + K_WAITS_MAX);
        assert_int_equal(wait_count(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_without_number),
        cmocka_unit_test(foreign_pointers_are_seen),
        cmocka_unit_test(queue_is_priority_then_fifo),
        cmocka_unit_test(random_steps_match_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
