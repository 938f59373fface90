/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory maps and semaphores, in an actor with more threads than one: so the
 * library's lock is really taken.
 */
#include "modes.h"

#include <zephyr.h>

static void taker(void);

DEFINE_MEMORY_MAP(MANY, BENCH_ROUNDS, 16);
DEFINE_MEMORY_MAP(ONE, 1, 16);
DEFINE_SEMAPHORE(SEMAPHORE);
DEFINE_TASK(TAKER, 3, taker, 2048, 0);

static struct {
    struct bench_row first, second;
    volatile uint64_t freed;
    void *blocks[BENCH_ROUNDS];
} self;

/* Gets the block of the one that frees it, and lets that one go on. */
static void taker(void)
{
    void *block;

    for (;;) {
        (void)task_mem_map_alloc(ONE, &block, TICKS_UNLIMITED);
        bench_add(&self.first, self.freed, counter_read());
        task_mem_map_free(ONE, &block);
        task_suspend(TAKER);
    }
}

static void uncontended(void)
{
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read();
        int result = task_mem_map_alloc(MANY, &self.blocks[i], TICKS_NONE);

        bench_add(&self.first, start, counter_read());
        bench_must("task_mem_map_alloc", -result);
    }
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read();

        task_mem_map_free(MANY, &self.blocks[i]);
        bench_add(&self.second, start, counter_read());
    }
    bench_tell("map_alloc", &self.first);
    bench_tell("map_free", &self.second);
}

static void handed_over(void)
{
    void *block;

    (void)task_mem_map_alloc(ONE, &block, TICKS_NONE);
    task_resume(TAKER);
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        self.freed = counter_read();
        task_mem_map_free(ONE, &block);
        (void)task_mem_map_alloc(ONE, &block, TICKS_NONE);
        task_resume(TAKER);
    }
    bench_tell("map_hand", &self.first);
}

static void semaphore(void)
{
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read(), middle;
        int result;

        task_sem_give(SEMAPHORE);
        middle = counter_read();
        bench_add(&self.first, start, middle);
        start = counter_read();
        result = task_sem_take(SEMAPHORE, TICKS_NONE);
        bench_add(&self.second, start, counter_read());
        bench_must("task_sem_take", -result);
    }
    bench_tell("sem_v", &self.first);
    bench_tell("sem_p", &self.second);
}

void mode_tasks(int argc, char **argv)
{
    task_start(TAKER); /* takes the block, gives it back and waits */
    self.first.count = 0;
    uncontended();
    semaphore();
    handed_over();
    bench_next(argc, argv);
}
