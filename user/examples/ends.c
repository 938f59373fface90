/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How actors end, and how one waits for it:
 *
 *      arun -t ends
 *
 * The program starts itself again and again, each time to end in another way,
 * and is told which.
 */
#include <am/afexec.h>
#include <am/astat.h>
#include <am/await.h>
#include <errno.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define ACTORS 64
#define KEPT_MAX 64 /* ends that are kept for one actor */
#define STACK_BYTES 16384

static volatile int *nowhere; /* volatile: nobody sees what is coming */

/* ---- The children -------------------------------------------------------- */

static _Noreturn void sleep_for_ever(void)
{
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}

static int start(const char *way, KnCap *cap)
{
    AcParam trusted = {.acFlags = AFX_USER_SPACE | AFX_TRUSTED};

    return afexecl("ends", cap, &trusted, "ends", way, (char *)0);
}

static void yield(void)
{
    (void)!threadDelay(K_NOBLOCK);
}

static bool lives(int aid)
{
    static KnActorInfo list[ACTORS];
    int count = actorList(list, sizeof(list));

    for (int i = 0; i < count && i < ACTORS; i++) {
        if (list[i].aid == aid) {
            return true;
        }
    }
    return false;
}

/* Starts as many children as may be, never asks how they ended, and ends:
 * with 0 if the one too many was refused. */
static int hoard(void)
{
    KnCap cap;
    int aid;

    for (int i = 0; i < KEPT_MAX; i++) {
        aid = start("0", &cap);
        if (aid < 0) {
            return 1;
        }
        while (lives(aid)) {
            yield();
        }
    }
    return start("0", &cap) == -1 && errno == EAGAIN ? 0 : 2;
}

/* The actor that has been there for longest: the supervisor. */
static int eldest(void)
{
    static astatEntry entries[ACTORS];
    int count = astat(entries, ACTORS);
    int aid = entries[0].astatAid;

    for (int i = 1; i < count && i < ACTORS; i++) {
        aid = entries[i].astatAid < aid ? entries[i].astatAid : aid;
    }
    return aid;
}

static int child(const char *way)
{
    int status;
    KnCap cap;

    if (strcmp(way, "null") == 0) {
        *nowhere = 1;
    } else if (strcmp(way, "illegal") == 0) {
        __builtin_trap();
    } else if (strcmp(way, "abort") == 0) {
        abort();
    } else if (strcmp(way, "words") == 0) {
        (void)!actorFault("it is so", 8);
    } else if (strcmp(way, "sleep") == 0) {
        sleep_for_ever();
    } else if (strcmp(way, "hoard") == 0) {
        return hoard();
    } else if (strcmp(way, "wait") == 0) {
        /* For whom it has not started, and who does not end. */
        return acap(eldest(), &cap) == 0 && awaits(&cap, &status) > 0;
    }
    return atoi(way);
}

/* ---- The parent ---------------------------------------------------------- */

/* An end that comes while one waits. */
static int end_of(const char *way)
{
    int status = -1;
    KnCap cap;
    int aid = start(way, &cap);

    CHECK(aid > 0);
    CHECK_RESULT(awaits(&cap, &status), aid);
    CHECK_RESULT(awaits(&cap, &status), -1);
    CHECK(errno == ESRCH);
    return status;
}

static void ways(void)
{
    int status = end_of("7");

    CHECK(IS_EXIT_EVT(status) && !IS_KILL_EVT(status) && !IS_STP_EVT(status));
    CHECK(GET_EXIT_EVT(status) == 7);
    CHECK(GET_EXIT_EVT(end_of("0")) == 0);
    CHECK(GET_EXIT_EVT(end_of("511")) == 255);
    status = end_of("null");
    CHECK(IS_KILL_EVT(status) && !IS_EXIT_EVT(status) && !IS_STP_EVT(status));
    CHECK(GET_KILL_EVT(status) == K_EVENT_MEMORY);
    CHECK(GET_KILL_EVT(end_of("words")) == K_EVENT_WORDS);
    CHECK(GET_EXIT_EVT(end_of("abort")) == 128 + 6); /* as shells have it */
    status = GET_KILL_EVT(end_of("illegal"));
    /* The compiler's trap is what the processor has for it. */
    CHECK(status == K_EVENT_ILLEGAL || status == K_EVENT_BREAKPOINT);
    printf("ends: told apart\n");
}

#define LESS_URGENT 250

/* A child that has ended before its start returns, for it is more urgent. */
static void at_once(void)
{
    KnFifoThParms old, low = {K_SCHED_FIFO, LESS_URGENT};
    KnCap cap;
    int aid, status;

    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, &old, &low), K_OK);
    aid = start("3", &cap);
    CHECK(!lives(aid));
    CHECK_RESULT(threadScheduler(K_MYACTOR, K_MYSELF, NULL, &old), K_OK);
    CHECK_RESULT(awaitsLimit(&cap, &status, K_NOBLOCK), aid);
    CHECK(GET_EXIT_EVT(status) == 3);
    CHECK_RESULT(acap(aid, &cap), -1);
}

/* An end that came before the question is not lost. */
static void before(void)
{
    int first, second, status;
    KnCap first_cap, second_cap;

    first = start("1", &first_cap);
    second = start("2", &second_cap);
    while (lives(first) || lives(second)) {
        yield();
    }
    CHECK_RESULT(awaits(&second_cap, &status), second);
    CHECK(GET_EXIT_EVT(status) == 2);
    CHECK_RESULT(awaitsLimit(&first_cap, &status, K_NOBLOCK), first);
    CHECK(GET_EXIT_EVT(status) == 1);
    at_once();
    printf("ends: nothing lost\n");
}

static long now_ms(void)
{
    KnTimeVal now;

    CHECK_RESULT(sysTime(&now), K_OK);
    return now.tmSec * 1000 + now.tmNSec / 1000000;
}

/* A limit that passes, a look, and two ways to be killed. */
static void in_time(void)
{
    KnTimeVal limit = {0, 50000000};
    long began = now_ms();
    int status = -1, aid;
    KnCap cap;

    aid = start("sleep", &cap);
    CHECK(aid > 0);
    CHECK_RESULT(awaitsLimit(&cap, &status, K_NOBLOCK), -1);
    CHECK(errno == ETIMEDOUT);
    CHECK_RESULT(awaitsLimit(&cap, &status, &limit), -1);
    CHECK(errno == ETIMEDOUT);
    CHECK(now_ms() - began >= 50);
    CHECK_RESULT(akill(&cap), 0);
    CHECK_RESULT(awaits(&cap, &status), aid);
    CHECK(GET_KILL_EVT(status) == K_EVENT_AKILL);
    CHECK(start("sleep", &cap) > 0);
    CHECK_RESULT(actorDelete(&cap), K_OK);
    CHECK(awaitsLimit(&cap, &status, K_NOBLOCK) > 0);
    CHECK(GET_KILL_EVT(status) == K_EVENT_DELETE);
    printf("ends: in time\n");
}

static struct {
    KnCap cap;
    volatile int told, status[2];
    char stacks[2][STACK_BYTES] __attribute__((aligned(16)));
} both;

static void wait_too(void)
{
    int mine = threadSelf() & 1;
    int status = -1;

    if (awaits(&both.cap, &status) > 0) {
        both.status[mine] = status;
    }
    both.told++;
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

/* All who wait are told; and a child that waited has left nothing behind. */
static void several(void)
{
    KnDefaultStartInfo_f info = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = wait_too,
    };
    int status = -1;
    KnThreadLid thread;
    KnCap waiter;

    CHECK(start("sleep", &both.cap) > 0);
    for (int i = 0; i < 2; i++) {
        info.dsUserStackPointer = both.stacks[i] + STACK_BYTES;
        CHECK_RESULT(threadCreate(K_MYACTOR, &thread, K_ACTIVE, NULL, &info),
                     K_OK);
    }
    yield();
    CHECK_RESULT(akill(&both.cap), 0);
    while (both.told < 2) {
        yield();
    }
    CHECK(GET_KILL_EVT(both.status[0]) == K_EVENT_AKILL);
    CHECK(GET_KILL_EVT(both.status[1]) == K_EVENT_AKILL);
    CHECK(start("wait", &waiter) > 0);
    yield();
    CHECK_RESULT(akill(&waiter), 0);
    CHECK(awaits(&waiter, &status) > 0);
    printf("ends: all are told\n");
}

/* What is kept for an actor goes with it: three fill the table one after the
 * other, and each finds it empty. */
static void nothing_left(void)
{
    for (int i = 0; i < 3; i++) {
        CHECK(end_of("hoard") == K_STATUS_EXIT(0));
    }
    printf("ends: nothing left behind\n");
}

static void errors(void)
{
    KnTimeVal bad = {0, -1};
    int status;
    KnCap self, sleeper, forged = {{1, 1}, {1, 1}};

    CHECK_RESULT(actorSelf(&self), K_OK);
    CHECK_RESULT(awaits(&self, &status), -1);
    CHECK(errno == EINVAL);
    CHECK_RESULT(awaits(&forged, &status), -1);
    CHECK(errno == ESRCH);
    CHECK(start("sleep", &sleeper) > 0);
    CHECK_RESULT(awaitsLimit(&sleeper, &status, &bad), -1);
    CHECK(errno == EINVAL);
    CHECK_RESULT(awaits(&sleeper, NULL), -1);
    CHECK(errno == EFAULT);
    CHECK_RESULT(awaits(NULL, &status), -1);
    CHECK(errno == EFAULT);
    sleeper.key.keyTail++;
    CHECK_RESULT(awaits(&sleeper, &status), -1);
    CHECK(errno == ESRCH);
    sleeper.key.keyTail--;
    CHECK_RESULT(akill(&sleeper), 0);
    sleeper.key.keyTail++; /* what is kept is not for who guesses, either */
    CHECK_RESULT(awaitsLimit(&sleeper, &status, K_NOBLOCK), -1);
    CHECK(errno == ESRCH);
    sleeper.key.keyTail--;
    CHECK(awaits(&sleeper, &status) > 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return child(argv[1]);
    }
    ways();
    before();
    in_time();
    several();
    nothing_left();
    errors();
    check_report("ends");
    return 0;
}
