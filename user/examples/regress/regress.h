/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The two tasks.  The helper has the lower priority: it runs while the other
 * one waits, and so everything happens in one order.
 */
#ifndef REGRESS_H
#define REGRESS_H

#include <stdint.h>

#include "../check.h"

#define BLOCK_COUNT 2
#define BLOCK_SIZE 1024

/* Takes all blocks; there is none beyond. */
static void take_all(char **blocks)
{
    char *more = (char *)blocks;

    for (int i = 0; i < BLOCK_COUNT; i++) {
        CHECK_RESULT(task_mem_map_used_get(BLOCKS), i);
        CHECK_RESULT(task_mem_map_alloc(BLOCKS, &blocks[i], TICKS_NONE),
                     RC_OK);
        CHECK(blocks[i] != NULL);
        CHECK((uintptr_t)blocks[i] % sizeof(long double) == 0);
        for (int k = 0; k < BLOCK_SIZE; k++) {
            blocks[i][k] = (char)(i + 1);
        }
    }
    CHECK_RESULT(task_mem_map_used_get(BLOCKS), BLOCK_COUNT);
    CHECK_RESULT(task_mem_map_alloc(BLOCKS, &more, TICKS_NONE), RC_FAIL);
    CHECK(more == NULL);
    for (int i = 0; i < BLOCK_COUNT; i++) {
        CHECK(blocks[i][0] == i + 1 && blocks[i][BLOCK_SIZE - 1] == i + 1);
    }
}

static void give_all(char **blocks)
{
    for (int i = 0; i < BLOCK_COUNT; i++) {
        CHECK_RESULT(task_mem_map_used_get(BLOCKS), BLOCK_COUNT - i);
        task_mem_map_free(BLOCKS, &blocks[i]);
        CHECK(blocks[i] == NULL);
    }
    CHECK_RESULT(task_mem_map_used_get(BLOCKS), 0);
}

/* The first block ever is the highest; the last that was freed is the next. */
static void order(void)
{
    char *blocks[BLOCK_COUNT], *first, *again;

    take_all(blocks);
    CHECK(blocks[0] - blocks[1] == BLOCK_SIZE);
    first = blocks[0];
    task_mem_map_free(BLOCKS, &blocks[0]);
    CHECK_RESULT(task_mem_map_alloc(BLOCKS, &again, TICKS_NONE), RC_OK);
    CHECK(again == first);
    blocks[0] = again;
    give_all(blocks);
}

void helper(void)
{
    char *blocks[BLOCK_COUNT];

    CHECK_RESULT(task_sem_take(REGRESS_DONE, TICKS_UNLIMITED), RC_OK);
    take_all(blocks);
    task_sem_give(HELPER_DONE);
    CHECK_RESULT(task_sem_take(REGRESS_DONE, TICKS_UNLIMITED), RC_OK);
    task_mem_map_free(BLOCKS, &blocks[0]);
    CHECK_RESULT(task_mem_map_used_get(BLOCKS), BLOCK_COUNT);
    task_sem_give(HELPER_DONE);
    CHECK_RESULT(task_sem_take(REGRESS_DONE, TICKS_UNLIMITED), RC_OK);
    task_mem_map_free(BLOCKS, &blocks[1]);
    task_sem_give(HELPER_DONE);
}

void regression(void)
{
    char *blocks[BLOCK_COUNT], *block = (char *)blocks, *third;

    CHECK(task_id_get() == REGRESSTASK);
    CHECK(task_priority_get() == 5);
    order();
    take_all(blocks);
    give_all(blocks);
    task_sem_give(REGRESS_DONE);
    CHECK_RESULT(task_sem_take(HELPER_DONE, TICKS_UNLIMITED), RC_OK);

    /* All blocks are the helper's, which waits. */
    CHECK_RESULT(task_mem_map_alloc(BLOCKS, &block, 2), RC_TIME);
    CHECK(block == NULL);

    /* It frees one in time; one at last. */
    task_sem_give(REGRESS_DONE);
    CHECK_RESULT(task_mem_map_alloc(BLOCKS, &block, 5), RC_OK);
    CHECK(block != NULL && block[0] == 1);
    CHECK_RESULT(task_sem_take(HELPER_DONE, TICKS_UNLIMITED), RC_OK);
    task_sem_give(REGRESS_DONE);
    CHECK_RESULT(task_mem_map_alloc(BLOCKS, &third, TICKS_UNLIMITED), RC_OK);
    CHECK(third != NULL && third[0] == 2 && third != block);
    CHECK_RESULT(task_sem_take(HELPER_DONE, TICKS_UNLIMITED), RC_OK);
    CHECK_RESULT(task_mem_map_used_get(BLOCKS), BLOCK_COUNT);
    task_mem_map_free(BLOCKS, &block);
    task_mem_map_free(BLOCKS, &third);
    CHECK_RESULT(task_mem_map_used_get(BLOCKS), 0);
    check_report("regress");
}

#endif
