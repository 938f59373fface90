/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting on a word of memory: who is woken first, what ends a wait; and the
 * calls that stop other threads: abort, suspend, resume, priority.
 */
#include <reprise.h>

#include "check.h"

#define STACK_WORDS 1024
#define MAIN_PRIORITY 140
#define WAITERS 4

static struct {
    unsigned word;
    volatile int order[WAITERS], served;
    volatile int result;
    volatile bool go;
} shared;

static _Alignas(16) unsigned long stacks[WAITERS][STACK_WORDS];
static int lids[WAITERS];

static void thread_end(void)
{
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

static int thread_start(int stack, KnPc entry, KnFifoPriority priority)
{
    KnFifoThParms schedule = {K_SCHED_FIFO, priority};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = &stacks[stack][STACK_WORDS],
        .dsPrivilege = K_USERTHREAD,
    };

    CHECK_RESULT(threadCreate(K_MYACTOR, &lids[stack], K_ACTIVE, &schedule,
                              &start), K_OK);
    return lids[stack];
}

static void pause_ms(long ms)
{
    KnTimeVal delay = {ms / 1000, ms % 1000 * 1000000};

    CHECK_RESULT(threadDelay(&delay), K_OK);
}

static void wait_for_word(void)
{
    int lid = threadSelf();

    shared.result = syncWait(&shared.word, 0, K_NOTIMEOUT);
    shared.order[shared.served++] = lid;
    thread_end();
}

static void wait_for_delay(void)
{
    shared.result = threadDelay(K_NOTIMEOUT);
    thread_end();
}

/* Without a wait, or with nobody to end it. */
static void alone(void)
{
    KnTimeVal limit = {0, 5000000}, bad = {0, -1};

    shared.word = 7;
    CHECK_RESULT(syncWait(&shared.word, 6, K_NOTIMEOUT), K_OK);
    CHECK_RESULT(syncWait(&shared.word, 7, K_NOBLOCK), K_ETIMEOUT);
    CHECK_RESULT(syncWait(&shared.word, 7, &limit), K_ETIMEOUT);
    CHECK_RESULT(syncWait(&shared.word, 7, &bad), K_EINVAL);
    CHECK_RESULT(syncWait((unsigned *)((char *)&shared.word + 1), 7,
                          K_NOBLOCK), K_EINVAL);
    CHECK_RESULT(syncWake(&shared.word, 1), 0);
    CHECK_RESULT(threadAbort(K_MYACTOR, K_MYSELF), K_OK);
    CHECK_RESULT(syncWait(&shared.word, 7, &limit), K_EABORT);
    CHECK_RESULT(syncWait(&shared.word, 7, &limit), K_ETIMEOUT);
}

/* Priority first, then who came first; none is forgotten. */
static void order(void)
{
    static const int priorities[WAITERS] = {130, 120, 130, 120};
    static const int wanted[WAITERS] = {1, 3, 0, 2};
    unsigned other = 0;

    shared.word = 0;
    shared.served = 0;
    for (int i = 0; i < WAITERS; i++) {
        thread_start(i, wait_for_word, priorities[i]);
    }
    CHECK_RESULT(syncWake(&other, 9), 0);
    for (int i = 0; i < WAITERS; i++) {
        CHECK_RESULT(syncWake(&shared.word, 1), 1);
        CHECK(shared.served == i + 1);
        CHECK_RESULT(shared.order[i], lids[wanted[i]]);
        CHECK_RESULT(shared.result, K_OK);
    }
    CHECK_RESULT(syncWake(&shared.word, 1), 0);
    shared.served = 0;
    for (int i = 0; i < WAITERS; i++) {
        thread_start(i, wait_for_word, 120);
    }
    CHECK_RESULT(threadDelete(K_MYACTOR, lids[1]), K_OK);
    CHECK_RESULT(syncWake(&shared.word, 9), 3);
    CHECK(shared.served == 3 && shared.order[1] == lids[2]);
}

static void aborts(void)
{
    shared.result = 1;
    thread_start(0, wait_for_word, 120);
    CHECK_RESULT(threadAbort(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(shared.result, K_EABORT);
    CHECK_RESULT(syncWake(&shared.word, 1), 0);
    thread_start(0, wait_for_delay, 120);
    CHECK_RESULT(threadAbort(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(shared.result, K_EABORT);
    CHECK_RESULT(threadAbort(K_MYACTOR, lids[0]), K_EUNKNOWN);
}

static void suspend_self(void)
{
    shared.go = true;
    CHECK_RESULT(threadSuspend(K_MYACTOR, K_MYSELF), K_OK);
    shared.go = false;
    thread_end();
}

static void suspensions(void)
{
    thread_start(0, suspend_self, 120);
    CHECK(shared.go);
    CHECK_RESULT(threadResume(K_MYACTOR, lids[0]), K_OK);
    CHECK(!shared.go);

    /* What a suspended thread waits for comes, and it runs when it may. */
    shared.served = 0;
    shared.result = 1;
    thread_start(0, wait_for_word, 120);
    CHECK_RESULT(threadSuspend(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(threadSuspend(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(syncWake(&shared.word, 1), 1);
    pause_ms(5);
    CHECK(shared.served == 0);
    CHECK_RESULT(threadResume(K_MYACTOR, lids[0]), K_OK);
    CHECK(shared.served == 1 && shared.result == K_OK);

    thread_start(0, wait_for_word, 120);
    CHECK_RESULT(threadSuspend(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(threadDelete(K_MYACTOR, lids[0]), K_OK);
    CHECK_RESULT(syncWake(&shared.word, 1), 0);
}

static void priorities(void)
{
    KnFifoThParms old = {0, 0}, low = {K_SCHED_FIFO, 200}, bad = {9, 200};
    KnFifoThParms normal = {K_SCHED_FIFO, MAIN_PRIORITY};

    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, &old, NULL), K_OK);
    CHECK(old.fifoClass == K_SCHED_FIFO);
    CHECK_RESULT(old.fifoPriority, MAIN_PRIORITY);
    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, NULL, &bad), K_EINVAL);
    shared.served = 0;
    shared.word = 1;
    thread_start(0, wait_for_word, 150); /* finds another word, and ends */
    CHECK(shared.served == 0);
    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, NULL, &low), K_OK);
    CHECK(shared.served == 1);
    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, &old, &normal), K_OK);
    CHECK_RESULT(old.fifoPriority, 200);
}

int main(void)
{
    alone();
    order();
    aborts();
    suspensions();
    priorities();
    check_report("sync");
    return 0;
}
