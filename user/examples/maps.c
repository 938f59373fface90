/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory maps with many tasks: who gets a block first, what ends a wait, what
 * is left behind by a task that is aborted; and what nobody may do:
 *
 *      arun maps                   checks everything that is allowed
 *      arun maps double|foreign|inside|null|early|unattached|stack
 *                                  one thing that is not, and its fault
 */
#include <reprise.h>
#include <zephyr.h>

#include "check.h"

DEFINE_MEMORY_MAP(POOL, 4, 200);
DEFINE_MEMORY_MAP(OTHER, 1, 8);
DEFINE_PERSISTENT_MEMORY_MAP(NEVER, 1, 8, NULL);
DEFINE_SEMAPHORE(DONE);

#define WAITERS 6

static void wait_long(void);
static void wait_short(void);
static void keep_two(void);

/* Started in this order by hand: group 0. */
DEFINE_TASK(LOW1, 9, wait_long, 1024, 0x10);
DEFINE_TASK(HIGH1, 3, wait_long, 1024, 0x10);
DEFINE_TASK(LOW2, 9, wait_long, 1024, 0x10);
DEFINE_TASK(HIGH2, 3, wait_long, 1024, 0x10);
DEFINE_TASK(SHORT, 2, wait_short, 1024, 0);
DEFINE_TASK(KEEPER, 4, keep_two, 1024, 0x20);

static struct {
    ktask_t order[WAITERS];
    void *block[WAITERS];
    int served, result, handled;
    void *kept;
    void *blocks[4];
} shared;

static void wait_long(void)
{
    void *block = shared.blocks;

    CHECK_RESULT(task_mem_map_alloc(POOL, &block, TICKS_UNLIMITED), RC_OK);
    shared.order[shared.served] = task_id_get();
    shared.block[shared.served++] = block;
    task_mem_map_free(POOL, &block);
}

static void wait_short(void)
{
    void *block = shared.blocks;

    shared.result = task_mem_map_alloc(POOL, &block, 3);
    shared.kept = block;
    if (block != NULL) {
        task_mem_map_free(POOL, &block);
    }
}

static void handler(void)
{
    shared.handled++;
}

static void keep_two(void)
{
    void *blocks[2];

    task_abort_handler_set(handler);
    for (int i = 0; i < 2; i++) {
        CHECK_RESULT(task_mem_map_alloc(POOL, &blocks[i], TICKS_NONE), RC_OK);
    }
    task_sem_give(DONE);
    task_sleep(1000000);
}

static void take_all(void)
{
    for (int i = 0; i < 4; i++) {
        CHECK_RESULT(task_mem_map_alloc(POOL, &shared.blocks[i], TICKS_NONE),
                     RC_OK);
    }
}

static void free_all(void)
{
    for (int i = 0; i < 4; i++) {
        if (shared.blocks[i] != NULL) {
            task_mem_map_free(POOL, &shared.blocks[i]);
        }
    }
    CHECK_RESULT(task_mem_map_used_get(POOL), 0);
}

/* The map need not be named. */
static void free_by_address(void)
{
    char *block, *other;

    CHECK_RESULT(task_mem_map_alloc(POOL, &block, TICKS_NONE), RC_OK);
    CHECK_RESULT(task_mem_map_alloc(OTHER, &other, 5), RC_OK);
    CHECK_RESULT(task_mem_map_alloc(OTHER, &other, TICKS_NONE), RC_FAIL);
    other = task_mem_map_block(OTHER, 0);
    task_mem_map_free(&block);
    task_mem_map_free(&other);
    CHECK(block == NULL && other == NULL);
    CHECK(task_mem_map_used_get(POOL) + task_mem_map_used_get(OTHER) == 0);
}

/* They wait in the order low, high, low, high; each block that comes goes to
 * the best, and that one frees it again for the next. */
static void order(void)
{
    const ktask_t wanted[] = {HIGH1, HIGH2, LOW1, LOW2};
    struct k_map_stat stat;
    void *block;

    take_all();
    block = shared.blocks[2];
    task_start(LOW1);
    task_start(HIGH1);
    task_start(LOW2);
    task_start(HIGH2);
    task_mem_map_stat(POOL, &stat);
    CHECK(stat.waiting == 4 && stat.used == 4 && stat.blocks == 4);
    CHECK(stat.block_size == 200 && stat.waits == 4 && stat.timeouts == 0);
    CHECK_RESULT(shared.served, 0);
    task_mem_map_free(POOL, &shared.blocks[2]);
    CHECK_RESULT(shared.served, 4);
    for (int i = 0; i < 4; i++) {
        CHECK(shared.order[i] == wanted[i]);
        CHECK(shared.block[i] == block);
    }
    free_all();
}

/* A waiter that is aborted is passed over, whatever its place. */
static void aborts(void)
{
    struct k_map_stat stat;

    take_all();
    shared.served = 0;
    task_group_start(0x10);
    task_abort(HIGH1);
    task_abort(LOW2);
    task_abort(LOW2);
    task_mem_map_stat(POOL, &stat);
    CHECK(stat.waiting == 2);
    task_mem_map_free(POOL, &shared.blocks[0]);
    CHECK_RESULT(shared.served, 2);
    CHECK(shared.order[0] == HIGH2 && shared.order[1] == LOW1);
    CHECK_RESULT(task_mem_map_used_get(POOL), 3);

    /* So is one whose wait is aborted, but it goes on. */
    CHECK_RESULT(task_mem_map_alloc(POOL, &shared.blocks[0], TICKS_NONE),
                 RC_OK);
    shared.result = -1;
    task_start(SHORT);
    CHECK_RESULT(threadAbort(K_MYACTOR, SHORT->lid), K_OK);
    CHECK_RESULT(shared.result, RC_FAIL);
    CHECK(shared.kept == NULL);

    /* Who was handed a block and is aborted before it runs gives it on. */
    shared.served = 0;
    task_start(HIGH1);
    task_start(LOW1);
    task_suspend(HIGH1);
    task_mem_map_free(POOL, &shared.blocks[0]);
    CHECK_RESULT(shared.served, 0);
    task_abort(HIGH1);
    CHECK_RESULT(shared.served, 1);
    CHECK(shared.order[0] == LOW1);
    free_all();
}

/* A block that is freed while a wait runs out: whoever was first has won, and
 * the block is never lost. */
static void expiry(void)
{
    struct k_map_stat before, after;

    take_all();
    shared.result = -1;
    task_mem_map_stat(POOL, &before);
    task_start(SHORT);
    task_sleep(10);
    CHECK_RESULT(shared.result, RC_TIME);
    CHECK(shared.kept == NULL);
    task_mem_map_stat(POOL, &after);
    CHECK(after.timeouts == before.timeouts + 1 && after.waiting == 0);

    /* Handed in time, and too late to see it: the free wins. */
    shared.result = -1;
    task_start(SHORT);
    task_suspend(SHORT);
    task_mem_map_free(POOL, &shared.blocks[1]);
    task_sleep(10);
    CHECK_RESULT(shared.result, -1);
    task_resume(SHORT);
    CHECK_RESULT(shared.result, RC_OK);
    CHECK(shared.kept != NULL);

    /* Out of time while it could not run: the time has won. */
    CHECK_RESULT(task_mem_map_alloc(POOL, &shared.blocks[1], TICKS_NONE),
                 RC_OK);
    for (int pause = 0; pause < 6; pause++) {
        int used;

        shared.result = -1;
        task_start(SHORT);
        task_sleep(pause);
        task_mem_map_free(POOL, &shared.blocks[1]);
        while (shared.result == -1) {
            task_sleep(1);
        }
        CHECK(shared.result == RC_OK || shared.result == RC_TIME);
        CHECK((shared.kept != NULL) == (shared.result == RC_OK));
        used = task_mem_map_used_get(POOL);
        CHECK_RESULT(used, 3);
        CHECK_RESULT(task_mem_map_alloc(POOL, &shared.blocks[1], TICKS_NONE),
                     RC_OK);
    }
    free_all();
}

/* What an aborted task held is reclaimed, and goes to who waits. */
static void reclaim(void)
{
    task_start(KEEPER);
    CHECK_RESULT(task_sem_take(DONE, TICKS_UNLIMITED), RC_OK);
    CHECK_RESULT(task_mem_map_used_get(POOL), 2);
    task_group_abort(0x20);
    CHECK_RESULT(shared.handled, 1);
    CHECK_RESULT(task_mem_map_used_get(POOL), 2);
    for (int i = 0; i < 2; i++) {
        CHECK_RESULT(task_mem_map_alloc(POOL, &shared.blocks[i], TICKS_NONE),
                     RC_OK);
    }
    shared.served = 0;
    task_start(LOW1);
    CHECK_RESULT(shared.served, 0);
    CHECK(task_mem_map_reclaim(POOL, KEEPER) == 2);
    CHECK_RESULT(shared.served, 1);
    CHECK(task_mem_map_reclaim(POOL, KEEPER) == 0);
    CHECK_RESULT(task_mem_map_used_get(POOL), 2);
    free_all();
}

static void semaphores(void)
{
    CHECK_RESULT(task_sem_take(DONE, TICKS_NONE), RC_FAIL);
    CHECK_RESULT(task_sem_take(DONE, 2), RC_TIME);
    task_sem_give(DONE);
    task_sem_give(DONE);
    CHECK_RESULT(task_sem_count_get(DONE), 2);
    CHECK_RESULT(task_sem_take(DONE, 2), RC_OK);
    task_sem_reset(DONE);
    CHECK_RESULT(task_sem_take(DONE, TICKS_NONE), RC_FAIL);
}

static void tasks_and_ticks(void)
{
    int64_t before = sys_tick_get();

    CHECK(sys_ticks_per_sec() >= 1);
    task_sleep(5);
    CHECK(sys_tick_get() >= before + 5);
    CHECK(task_id_get() == NULL && task_group_mask_get() == 0);
    task_priority_set(LOW1, 1);
    CHECK(task_priority_get_of(LOW1) == 1);
    CHECK(task_mem_map_next(NULL) != NULL);
    CHECK(task_mem_map_next(task_mem_map_next(task_mem_map_next(
              task_mem_map_next(NULL)))) == NULL);
}

/* None of these comes back. */
static void forbidden(const char *what)
{
    char *block, *copy, *other;

    CHECK_RESULT(task_mem_map_alloc(POOL, &block, TICKS_NONE), RC_OK);
    CHECK_RESULT(task_mem_map_alloc(OTHER, &other, TICKS_NONE), RC_OK);
    copy = block;
    switch (what[0]) {
    case 'd':
        task_mem_map_free(POOL, &block);
        task_mem_map_free(POOL, &copy);
        break;
    case 'f':
        task_mem_map_free(POOL, &other);
        break;
    case 'i':
        copy += 16;
        task_mem_map_free(POOL, &copy);
        break;
    case 'n':
        copy = NULL;
        task_mem_map_free(POOL, &copy);
        break;
    case 's':
        other = (char *)&copy;
        task_mem_map_free(&other);
        break;
    case 'u':
        (void)task_mem_map_alloc(NEVER, &copy, TICKS_NONE);
        break;
    default:
        copy = task_mem_map_block(POOL, 0); /* never was in use */
        task_mem_map_free(POOL, &copy);
    }
    printf("maps: %s went unseen\n", what);
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        forbidden(argv[1]);
    }
    free_by_address();
    order();
    aborts();
    expiry();
    reclaim();
    semaphores();
    tasks_and_ticks();
    check_report("maps");
    return 0;
}
