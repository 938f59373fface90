/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Costs against the number of threads that are ready or wait, and of blocks in
 * a memory map.
 */
#include "modes.h"

#include <stdio.h>
#include <zephyr.h>

#define ROUNDS 100u
#define THREADS 1000u
#define WAITERS 60u /* a map has room for so many */
#define STACK 4096u
#define POINTS 12u /* powers of 2, and the last */

/* Of this actor 140; less is more urgent. */
#define PRIORITY_URGENT 130
#define PRIORITY_IDLE 200

DEFINE_MEMORY_MAP(BLOCKS_10, 10, 16);
DEFINE_MEMORY_MAP(BLOCKS_100, 100, 16);
DEFINE_MEMORY_MAP(BLOCKS_1000, 1000, 16);
DEFINE_MEMORY_MAP(BLOCKS_10000, 10000, 16);
DEFINE_MEMORY_MAP(WANTED, 1, 16);

static struct {
    struct bench_row first, second;
    volatile uint64_t left;
    void *volatile block; /* on its way back */
    VmAddr stacks; /* of all threads, one behind the other */
} self;

static void stacks_allocate(void)
{
    KnRgnDesc region = {
        .size = THREADS * STACK,
        .options = K_ANYWHERE | K_WRITABLE,
    };

    bench_must("stacks", rgnAllocate(K_MYACTOR, &region));
    self.stacks = region.startAddr;
}

static void thread_start(unsigned number, KnPc entry, int priority)
{
    KnFifoThParms class = {K_SCHED_FIFO, priority};
    KnThreadLid lid;
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = (void *)(self.stacks + (number + 1) * STACK),
    };

    bench_must("thread",
               threadCreate(K_MYACTOR, &lid, K_ACTIVE, &class, &start));
}

/* ---- Blocks of a map ----------------------------------------------------- */

/* One block of n, all others in use. */
void mode_maps(int argc, char **argv)
{
    const kmemory_map_t maps[] = {BLOCKS_10, BLOCKS_100, BLOCKS_1000,
                                  BLOCKS_10000};

    for (unsigned m = 0; m < sizeof(maps) / sizeof(maps[0]); m++) {
        uint32_t n = maps[m]->block_count;
        void *block = NULL;

        for (uint32_t i = 1; i < n; i++) {
            (void)task_mem_map_alloc(maps[m], &block, TICKS_NONE);
        }
        for (unsigned i = 0; i < ROUNDS; i++) {
            uint64_t start = counter_read();

            (void)task_mem_map_alloc(maps[m], &block, TICKS_NONE);
            bench_add(&self.first, start, counter_read());
            start = counter_read();
            task_mem_map_free(maps[m], &block);
            bench_add(&self.second, start, counter_read());
        }
        bench_tell_at("map_blocks_alloc", n, &self.first);
        bench_tell_at("map_blocks_free", n, &self.second);
    }
    bench_next(argc, argv);
}

/* ---- Threads that wait for a block --------------------------------------- */

static void waiter(void)
{
    void *block;

    for (;;) {
        (void)task_mem_map_alloc(WANTED, &block, TICKS_UNLIMITED);
        bench_add(&self.first, self.left, counter_read());
        self.block = block;
    }
}

void mode_waiters(int argc, char **argv)
{
    void *block;

    stacks_allocate();
    (void)task_mem_map_alloc(WANTED, &block, TICKS_NONE);
    for (unsigned n = 1; n <= WAITERS; n++) {
        thread_start(n - 1, waiter, PRIORITY_URGENT);
        if ((n & (n - 1)) != 0 && n != WAITERS) {
            continue;
        }
        for (unsigned i = 0; i < ROUNDS; i++) {
            self.left = counter_read();
            task_mem_map_free(WANTED, &block);
            block = self.block;
        }
        bench_tell_at("map_waiters", n, &self.first);
    }
    bench_next(argc, argv);
}

/* ---- Threads that are ready ---------------------------------------------- */

static void turn(void)
{
    for (;;) {
        bench_add(&self.first, self.left, counter_read());
        self.left = counter_read();
        (void)threadDelay(K_NOBLOCK);
    }
}

/* Of equals, all take turns. */
void mode_equals(int argc, char **argv)
{
    stacks_allocate();
    for (unsigned n = 1; n <= THREADS; n++) {
        thread_start(n - 1, turn, 140);
        if ((n & (n - 1)) != 0 && n != THREADS) {
            continue;
        }
        self.left = counter_read();
        (void)threadDelay(K_NOBLOCK); /* the new one begins */
        self.first.count = 0;
        for (unsigned i = 0; i < ROUNDS; i++) {
            self.left = counter_read();
            (void)threadDelay(K_NOBLOCK);
            bench_add(&self.first, self.left, counter_read());
        }
        bench_tell_at("ready_equal", n + 1, &self.first);
    }
    bench_next(argc, argv);
}

static void never(void)
{
    bench_fail("a thread of low priority ran", 0);
}

static void partner(void)
{
    for (;;) {
        self.left = counter_read();
        (void)threadDelay(K_NOBLOCK);
    }
}

/* Two take turns, the others are ready and less urgent: told at the end, for
 * whoever tells, waits, and they run. */
void mode_lesser(int argc, char **argv)
{
    static struct bench_row rows[POINTS];
    static unsigned points[POINTS];
    unsigned count = 0;

    stacks_allocate();
    thread_start(0, partner, 140);
    for (unsigned n = 1; n < THREADS; n++) {
        thread_start(n, never, PRIORITY_IDLE);
        if ((n & (n - 1)) != 0 && n != THREADS - 1) {
            continue;
        }
        for (unsigned i = 0; i < ROUNDS; i++) {
            self.left = counter_read();
            (void)threadDelay(K_NOBLOCK);
            bench_add(&rows[count], self.left, counter_read());
        }
        points[count++] = n;
    }
    for (KnThreadLid lid = 2; lid <= (KnThreadLid)THREADS + 1; lid++) {
        (void)threadDelete(K_MYACTOR, lid);
    }
    for (unsigned i = 0; i < count; i++) {
        bench_tell_at("ready_lesser", points[i], &rows[i]);
    }
    bench_next(argc, argv);
}
