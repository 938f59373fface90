/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor made by hand, out of this one:
 *
 *      arun -t twin
 *
 * actorCreate() makes one that has nothing.  Copies of this actor's regions, at
 * the same addresses, give it code and data, and a thread on a stack of its
 * own sets it going.  It knows all that was known when it was made, and what
 * it changes is its own.
 */
#include <am/await.h>
#include <errno.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

#define REGIONS 64
#define ACTORS 64
#define TWINS 2048 /* more than there can be */
#define STACK_BYTES 32768

static struct {
    KnRgnStat regions[REGIONS];
    KnActorStat actors[ACTORS];
    KnActorInfo infos[ACTORS];
    char stack[STACK_BYTES] __attribute__((aligned(16)));
    volatile int number;
} here;

/* ---- What the twin does -------------------------------------------------- */

static void twin_main(void)
{
    char name[K_ACTORNAMEMAX];

    if (actorName(K_MYACTOR, name, NULL) != K_OK) {
        exit(1);
    }
    printf("twin: I am %s, and my number is %d\n", name, here.number);
    here.number = 5;
    exit(here.number);
}

static void twin_fault(void)
{
    __builtin_trap();
}

static void twin_counts(void)
{
    for (;;) {
        here.number++;
    }
}

/* ---- How it is made ------------------------------------------------------ */

/* Reserved addresses guard stacks: those are this actor's. */
static void regions_copy(KnCap *twin)
{
    KnRgnDesc all = {.startAddr = 0, .size = ~0ul};
    int count = rgnStat(K_MYACTOR, &all, here.regions, sizeof(here.regions));

    CHECK(count > 0 && count <= REGIONS);
    for (int i = 0; i < count; i++) {
        KnRgnDesc region = {
            .startAddr = here.regions[i].startAddr,
            .size = here.regions[i].size,
            .options = here.regions[i].options,
        };

        if ((region.options & K_RESERVED) == 0) {
            CHECK_RESULT(rgnInitFromActor(twin, &region, K_MYACTOR, &region),
                         K_OK);
        }
    }
}

static KnCap twin_make(KnActorStatus status, void (*entry)(void))
{
    KnDefaultStartInfo_f info = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = here.stack + STACK_BYTES,
    };
    KnThreadLid thread;
    KnCap twin;

    CHECK_RESULT(actorCreate(K_MYACTOR, &twin, K_USERACTOR, status), K_OK);
    regions_copy(&twin);
    CHECK_RESULT(threadCreate(&twin, &thread, K_ACTIVE, NULL, &info), K_OK);
    return twin;
}

static bool cap_equal(const KnCap *a, const KnCap *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* The status of an actor; -1: there is none. */
static int status_of(const KnCap *cap)
{
    int count = actorStat(0, here.actors, sizeof(here.actors));

    CHECK(count > 0 && count <= ACTORS);
    for (int i = 0; i < count; i++) {
        if (cap_equal(&here.actors[i].asCap, cap)) {
            return here.actors[i].asStatus;
        }
    }
    return -1;
}

static void a_life(void)
{
    KnTimeVal moment = {0, 30000000};
    char name[K_ACTORNAMEMAX];
    int status = -1;
    KnCap twin;

    here.number = 3;
    twin = twin_make(K_STOPPED, twin_main);
    CHECK_RESULT(threadDelay(&moment), K_OK); /* in which it does not run */
    CHECK(status_of(&twin) == K_STOPPED);
    CHECK_RESULT(actorName(&twin, name, "a twin with a name that is too long"),
                 K_OK);
    CHECK(strcmp(name, "twin") == 0);
    CHECK_RESULT(actorName(&twin, name, NULL), K_OK);
    CHECK(strcmp(name, "a twin with a name that") == 0);
    CHECK_RESULT(actorName(&twin, NULL, "castor"), K_OK);
    CHECK_RESULT(actorStart(&twin), K_OK);
    CHECK(awaits(&twin, &status) > 0);
    CHECK(status == K_STATUS_EXIT(5));
    CHECK(here.number == 3);
    CHECK(status_of(&twin) == -1);
    twin = twin_make(K_ACTIVE, twin_fault);
    CHECK(awaits(&twin, &status) > 0);
    CHECK(IS_KILL_EVT(status));
}

/* One that works, stopped and started: its memory tells which. */
static void stop_and_go(void)
{
    KnTimeVal moment = {0, 30000000};
    KnCap twin = twin_make(K_ACTIVE, twin_counts);
    int first = 0, second = 0, status;
    unsigned aid = twin.ui.uiTail;
    VmAddr at = (VmAddr)&here.number;
    KnRgnDesc copy = {.size = K_PAGE_SIZE, .options = K_ANYWHERE};
    KnRgnDesc page = {.startAddr = at & ~(K_PAGE_SIZE - 1ul),
                      .size = K_PAGE_SIZE};

    do {
        CHECK_RESULT(threadDelay(&moment), K_OK);
        CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &copy, &twin, &page), K_OK);
        memcpy(&second, (void *)(copy.startAddr + at % K_PAGE_SIZE), 4);
    } while (second <= 3);
    CHECK_RESULT(actorStop(&twin), K_OK);
    CHECK_RESULT(actorStop(&twin), K_OK);
    CHECK(status_of(&twin) == K_STOPPED);
    for (int i = 0; i < 2; i++) {
        first = second;
        CHECK_RESULT(threadDelay(&moment), K_OK);
        CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &copy, &twin, &page), K_OK);
        memcpy(&second, (void *)(copy.startAddr + at % K_PAGE_SIZE), 4);
    }
    CHECK(first == second);
    CHECK_RESULT(actorStart(&twin), K_OK);
    CHECK(status_of(&twin) == K_ACTIVE);
    while (second == first) {
        CHECK_RESULT(threadDelay(&moment), K_OK);
        CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &copy, &twin, &page), K_OK);
        memcpy(&second, (void *)(copy.startAddr + at % K_PAGE_SIZE), 4);
    }
    CHECK_RESULT(actorDelete(&twin), K_OK);
    CHECK_RESULT(actorAwait(&twin, &status, K_NOBLOCK), K_EUNKNOWN);
    CHECK_RESULT(actorDelete(&twin), K_EUNKNOWN);
    CHECK_RESULT(actorKill((int)aid), K_EUNKNOWN);
}

/* The books' example: one that never runs.  As many as there is room for, and
 * as often as one likes. */
static void come_and_go(void)
{
    static KnCap twins[TWINS];
    int count = 0, result;

    do {
        result = actorCreate(K_MYACTOR, &twins[count], K_SUPACTOR, K_STOPPED);
        count += result == K_OK;
    } while (result == K_OK && count < TWINS);
    CHECK(result == K_ENOMEM || result == K_EFULL);
    for (int i = 0; i < count; i++) {
        CHECK_RESULT(actorDelete(&twins[i]), K_OK);
    }
    for (int i = 0; i < 200; i++) {
        CHECK_RESULT(actorCreate(K_MYACTOR, twins, K_SYSTEMACTOR, K_ACTIVE),
                     K_OK);
        CHECK_RESULT(actorDelete(twins), K_OK);
    }
}

static void errors(void)
{
    KnRgnDesc reserved = {.size = K_PAGE_SIZE,
                          .options = K_ANYWHERE | K_RESERVED};
    KnRgnDesc odd = {.startAddr = 0x400001, .size = K_PAGE_SIZE};
    KnRgnDesc small = {.size = K_PAGE_SIZE, .options = K_ANYWHERE};
    KnRgnDesc page = {.startAddr = (VmAddr)&here & ~(K_PAGE_SIZE - 1ul),
                      .size = 2 * K_PAGE_SIZE};
    char name[K_ACTORNAMEMAX];
    KnCap cap;

    CHECK_RESULT(actorCreate(K_MYACTOR, &cap, 3, K_ACTIVE), K_EINVAL);
    CHECK_RESULT(actorCreate(K_MYACTOR, &cap, K_USERACTOR, K_INACTIVE),
                 K_EINVAL);
    CHECK_RESULT(actorCreate(K_MYACTOR, NULL, K_USERACTOR, K_ACTIVE),
                 K_EFAULT);
    CHECK_RESULT(actorName(K_MYACTOR, name, ""), K_EINVAL);
    CHECK_RESULT(actorName(K_MYACTOR, name, "a\nb"), K_EINVAL);
    CHECK_RESULT(actorName(K_MYACTOR, (char *)16, "x"), K_EFAULT);
    CHECK_RESULT(actorName(K_MYACTOR, name, NULL), K_OK);
    CHECK(strcmp(name, "twin") == 0);
    CHECK_RESULT(actorStat(1, here.actors, sizeof(here.actors)), K_EINVAL);
    CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &small, K_MYACTOR, &odd),
                 K_EROUND);
    CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &small, K_MYACTOR, &page),
                 K_ESIZE);
    page.startAddr = 0x10000;
    CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &small, K_MYACTOR, &page),
                 K_EADDR);
    page.startAddr = (VmAddr)&here & ~(K_PAGE_SIZE - 1ul);
    page.size = 1;
    CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &reserved, K_MYACTOR, &page),
                 K_EINVAL);
}

/* "arun -t twin leave": what it has made ends with it. */
static void leave(void)
{
    KnCap twin = twin_make(K_ACTIVE, twin_counts);

    CHECK_RESULT(actorName(&twin, NULL, "pollux"), K_OK);
    CHECK_RESULT(actorCreate(K_MYACTOR, &twin, K_USERACTOR, K_STOPPED), K_OK);
    printf("twin: leaves two behind\n");
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        leave();
        return 0;
    }
    a_life();
    stop_and_go();
    come_and_go();
    errors();
    check_report("twin");
    return 0;
}
