/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Threads: start, delay, priorities, taking turns, and the end of one.  The
 * lower the number of a priority, the sooner its thread is served; threads
 * of one priority take turns.
 */
#include <chorus.h>

#include "check.h"

#define STACK_WORDS 1024
#define MAIN_PRIORITY 140
#define TURNS 200000

static struct {
    volatile unsigned runs;
    volatile bool stop;
    volatile double sum[2];
    volatile int finished;
} shared;

static _Alignas(16) unsigned long stacks[4][STACK_WORDS];

static int thread_start(int stack, KnPc entry, KnFifoPriority priority,
                        KnThreadStatus status)
{
    KnFifoThParms schedule = {K_SCHED_FIFO, priority};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = &stacks[stack][STACK_WORDS],
        .dsPrivilege = K_USERTHREAD,
    };
    KnThreadLid lid = -1;

    CHECK_RESULT(threadCreate(K_MYACTOR, &lid, status, &schedule, &start),
                 K_OK);
    return lid;
}

static void pause_ms(long ms)
{
    KnTimeVal delay = {ms / 1000, ms % 1000 * 1000000};

    CHECK_RESULT(threadDelay(&delay), K_OK);
}

static void thread_end(void)
{
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

static void run_once(void)
{
    shared.runs++;
    thread_end();
}

static void run_on(void)
{
    while (!shared.stop) {
        shared.runs++;
    }
    thread_end();
}

static long now_us(void)
{
    KnTimeVal now;

    CHECK_RESULT(sysTime(&now), K_OK);
    return now.tmSec * 1000000 + now.tmNSec / 1000;
}

static void delays(void)
{
    long before = now_us();
    long waited;

    pause_ms(30);
    waited = now_us() - before;
    CHECK(waited >= 30000);
    CHECK(waited < 1000000);
    CHECK_RESULT(threadDelay(K_NOBLOCK), K_OK);
}

/* A thread that is more urgent runs before its creator goes on; one that is
 * less urgent runs only while the creator waits. */
static void priorities(void)
{
    shared.runs = 0;
    CHECK(thread_start(0, run_once, MAIN_PRIORITY - 10, K_ACTIVE) > 0);
    CHECK(shared.runs == 1);
    CHECK(thread_start(1, run_once, MAIN_PRIORITY + 10, K_ACTIVE) > 0);
    CHECK(shared.runs == 1);
    pause_ms(20);
    CHECK(shared.runs == 2);
}

/* An inactive thread waits to be activated. */
static void activation(void)
{
    int lid;

    shared.runs = 0;
    lid = thread_start(0, run_once, MAIN_PRIORITY - 10, K_INACTIVE);
    pause_ms(20);
    CHECK(shared.runs == 0);
    CHECK_RESULT(threadActivate(K_MYACTOR, lid), K_OK);
    pause_ms(20);
    CHECK(shared.runs == 1);
}

/* A thread of the same priority that never waits does not keep others from
 * running, and a deleted one is gone at once. */
static void turns(void)
{
    unsigned before;
    int lid;

    shared.runs = 0;
    shared.stop = false;
    lid = thread_start(2, run_on, MAIN_PRIORITY, K_ACTIVE);
    pause_ms(50);
    CHECK(shared.runs > 0);
    CHECK_RESULT(threadDelete(K_MYACTOR, lid), K_OK);
    before = shared.runs;
    pause_ms(30);
    CHECK(shared.runs == before);
    CHECK(threadDelete(K_MYACTOR, lid) < 0);
}

/* Long sums in floating point, so that a switch falls into them. */
static double series(double start)
{
    double sum = start;

    for (int i = 1; i < TURNS; i++) {
        sum += start / i - sum * 1e-9;
    }
    return sum;
}

static void sum_first(void)
{
    shared.sum[0] = series(1.25);
    shared.finished++;
    thread_end();
}

static void sum_second(void)
{
    shared.sum[1] = series(-7.5);
    shared.finished++;
    thread_end();
}

static void floating_point(void)
{
    shared.finished = 0;
    thread_start(0, sum_first, MAIN_PRIORITY, K_ACTIVE);
    thread_start(1, sum_second, MAIN_PRIORITY, K_ACTIVE);
    for (int i = 0; i < 500 && shared.finished < 2; i++) {
        pause_ms(10);
    }
    CHECK(shared.finished == 2);
    CHECK(shared.sum[0] == series(1.25));
    CHECK(shared.sum[1] == series(-7.5));
}

int main(void)
{
    CHECK(threadSelf() > 0);
    delays();
    priorities();
    activation();
    turns();
    floating_point();
    check_report("threads");
    return 0;
}
