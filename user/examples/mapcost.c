/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What memory maps cost.  Under QEMU's -icount shift=0 one instruction takes
 * one nanosecond, so that the figures are instructions, the same every time.
 *
 *      make run QEMUFLAGS="-icount shift=0"      arun mapcost
 */
#include <reprise.h>
#include <stdio.h>
#include <zephyr.h>

#define ROUNDS 1000

static void taker(void);

DEFINE_MEMORY_MAP(MANY, 1000, 16);
DEFINE_MEMORY_MAP(ONE, 1, 16);
DEFINE_TASK(TAKER, 3, taker, 2048, 0);

static struct {
    long handed_ns; /* from the free until the waiter has the block */
    long freed_ns;
    unsigned count;
} shared;

static long now_ns(void)
{
    KnTimeVal now;

    (void)!sysTime(&now);
    return now.tmSec * 1000000000L + now.tmNSec;
}

/* Gets the block of the one that frees it, and lets that one go on. */
static void taker(void)
{
    void *block;

    for (;;) {
        (void)task_mem_map_alloc(ONE, &block, TICKS_UNLIMITED);
        shared.handed_ns += now_ns() - shared.freed_ns;
        shared.count++;
        task_mem_map_free(ONE, &block);
        task_suspend(TAKER);
    }
}

static void uncontended(void)
{
    static void *blocks[ROUNDS];
    long start = now_ns(), middle, end, clock;

    clock = now_ns() - start;
    start = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        (void)task_mem_map_alloc(MANY, &blocks[i], TICKS_NONE);
    }
    middle = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        task_mem_map_free(MANY, &blocks[i]);
    }
    end = now_ns();
    printf("mapcost: alloc %ld, free %ld\n", (middle - start - clock) / ROUNDS,
           (end - middle - clock) / ROUNDS);
}

static void handed_over(void)
{
    void *block;
    long clock = now_ns();

    clock = now_ns() - clock;
    (void)task_mem_map_alloc(ONE, &block, TICKS_NONE);
    task_start(TAKER); /* waits at once */
    for (int i = 0; i < 100; i++) {
        shared.freed_ns = now_ns();
        task_mem_map_free(ONE, &block);
        (void)task_mem_map_alloc(ONE, &block, TICKS_NONE);
        task_resume(TAKER);
    }
    printf("mapcost: hand-over %ld, of %u\n",
           shared.handed_ns / (long)shared.count - clock, shared.count);
}

int main(void)
{
    uncontended();
    handed_over();
    return 0;
}
