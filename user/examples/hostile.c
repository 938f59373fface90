/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a program may try against the system, and what comes of it:
 *
 *      arun hostile            grabs all there is, again and again
 *      arun hostile KIND       harms itself, or takes and keeps
 *
 * Nothing here may hurt anybody else: that is the whole lesson.
 */
#include <chorus.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <string.h>

#include "check.h"

#define STACK_WORDS 512
#define THREADS 8192   /* more than there are, ... */
#define MOST 100000     /* ... and more than may be had of regions, blocks */
#define FIRST_PRIORITY 21 /* of those that a user actor may have */
#define MAIN_PRIORITY 140

static _Alignas(16) unsigned long stacks[4][STACK_WORDS];

static struct {
    volatile unsigned turns[2];
    volatile bool stop;
    int lids[THREADS];
} shared;

static KnDefaultStartInfo_f start_at(KnPc entry, void *stack)
{
    return (KnDefaultStartInfo_f){
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = stack,
        .dsPrivilege = K_USERTHREAD,
    };
}

static int thread_start(int stack, KnPc entry, KnFifoPriority priority)
{
    KnFifoThParms schedule = {K_SCHED_FIFO, priority};
    KnDefaultStartInfo_f start = start_at(entry, &stacks[stack][STACK_WORDS]);
    KnThreadLid lid = -1;
    int error = threadCreate(K_MYACTOR, &lid, K_ACTIVE, &schedule, &start);

    return error < 0 ? error : lid;
}

static void pause_ms(long ms)
{
    KnTimeVal delay = {ms / 1000, ms % 1000 * 1000000};

    CHECK_RESULT(threadDelay(&delay), K_OK);
}

/* ---- Grabbing ----------------------------------------------------------- */

static void wait_for_ever(void)
{
    (void)!threadDelay(K_NOTIMEOUT);
}

static void wait_long(void)
{
    KnTimeVal delay = {4000000000, 999999999};

    (void)!threadDelay(&delay);
}

/* Every descriptor of threads, waiting in every way, and all given back. */
static void threads(KnPc entry)
{
    KnDefaultStartInfo_f start = start_at(entry, &stacks[0][STACK_WORDS]);
    int count = 0;

    while (count < THREADS &&
           threadCreate(K_MYACTOR, &shared.lids[count], K_ACTIVE, NULL,
                        &start) == K_OK)
        count++;
    CHECK(count > 10);
    CHECK(count < THREADS);
    pause_ms(5);
    while (count > 0)
        CHECK_RESULT(threadDelete(K_MYACTOR, shared.lids[--count]), K_OK);
}

/* Every descriptor of regions; then holes in the middle of one. */
static void regions(void)
{
    KnRgnDesc one = {.size = K_PAGE_SIZE, .options = K_ANYWHERE};
    KnRgnDesc all = {.startAddr = 0x10000000, .options = 0};
    int count = 0;
    int error;

    do {
        one.options = K_ANYWHERE | (count % 2 ? K_WRITABLE : 0);
        error = rgnAllocate(K_MYACTOR, &one);
    } while (error == K_OK && ++count < MOST);
    CHECK_RESULT(error, K_ENOMEM);
    CHECK(count < MOST);
    all.startAddr = one.startAddr;
    all.size = 0xffff0000 - all.startAddr;
    CHECK_RESULT(rgnFree(K_MYACTOR, &all), K_OK);
}

/* Page tables for a page here and a page there, and none of it kept. */
static void sparse(void)
{
    for (unsigned long at = 0x100000000; at < 0x7f0000000000;
         at += 0x7e00000000) {
        KnRgnDesc one = {at, K_PAGE_SIZE, K_WRITABLE, 0, NULL, 0};

        CHECK_RESULT(rgnAllocate(K_MYACTOR, &one), K_OK);
        *(volatile char *)at = 1;
        one.options = 0;
        CHECK_RESULT(rgnFree(K_MYACTOR, &one), K_OK);
    }
}

/* Every entry of the bank's directory, in keys of one's own. */
static void bank(void)
{
    PmmName name = {"RAM", "hostile.000"};
    VmAddr address;
    int count = 0;
    int error;

    do {
        snprintf(name.name, sizeof(name.name), "hostile.%03d", count);
        error = pmmAllocate(&address, &name, 1, "hostile", 7);
    } while (error == K_OK && ++count < MOST);
    CHECK(error == K_EFULL || error == K_ESPACE || error == K_ENOMEM);
    if (count > 0) {
        CHECK_RESULT(pmmFreeAll("hostile", 7), K_OK);
    }
}

/* Threads at addresses that are none, and stacks that are none. */
static void bad_places(void)
{
    static const unsigned long places[] = {
        0x800000000000, 0x7fffffff0000 + 1, 0xffff800000000000, ~0ul, 1ul << 63,
    };
    KnThreadLid lid;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        KnDefaultStartInfo_f start = start_at(wait_for_ever, NULL);

        memcpy(&start.dsUserStackPointer, &places[i], sizeof(places[i]));
        CHECK_RESULT(threadCreate(K_MYACTOR, &lid, K_INACTIVE, NULL, &start),
                     K_EADDR);
        start.dsUserStackPointer = &stacks[0][STACK_WORDS];
        memcpy(&start.dsEntry, &places[i], sizeof(places[i]));
        CHECK_RESULT(threadCreate(K_MYACTOR, &lid, K_INACTIVE, NULL, &start),
                     K_EADDR);
    }
}

static void bad_times(void)
{
    static KnTimeVal times[] = {
        {-1, 0}, {0, -1}, {0, 1000000000}, {0x7fffffffffffffff, 0},
        {4611686019, 0},
    };
    KnTimeVal nothing = {0, 0};

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        CHECK_RESULT(threadDelay(&times[i]), K_EINVAL);
    for (int i = 0; i < 100; i++)
        CHECK_RESULT(threadDelay(&nothing), K_OK);
}

/* Nobody of us comes before the supervisor and the shell. */
static void bad_priorities(void)
{
    for (int priority = -1; priority < FIRST_PRIORITY; priority++)
        CHECK(thread_start(0, wait_for_ever, priority) < 0);
    CHECK(thread_start(0, wait_for_ever, 256) < 0);
}

/* ---- Turns -------------------------------------------------------------- */

static void spin_first(void)
{
    while (!shared.stop)
        shared.turns[0]++;
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

static void spin_second(void)
{
    while (!shared.stop)
        shared.turns[1]++;
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

/* Comes more often than a turn is long. */
static void interrupt_often(void)
{
    KnTimeVal delay = {0, 2000000};

    while (!shared.stop)
        (void)!threadDelay(&delay);
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

/* Two equals share what a third leaves them, however often it comes. */
static void fair_turns(void)
{
    CHECK(thread_start(0, spin_first, MAIN_PRIORITY + 1) > 0);
    CHECK(thread_start(1, spin_second, MAIN_PRIORITY + 1) > 0);
    CHECK(thread_start(2, interrupt_often, MAIN_PRIORITY - 1) > 0);
    pause_ms(300);
    shared.stop = true;
    pause_ms(50);
    CHECK(shared.turns[0] > 0);
    CHECK(shared.turns[1] > 0);
}

/* ---- Kinds -------------------------------------------------------------- */

/* All memory, and keeps it. */
static void take_memory(void)
{
    printf("hostile: takes memory\n"); /* what stdio takes, it takes now */
    for (unsigned long size = 1ul << 30; size >= K_PAGE_SIZE; size /= 2) {
        KnRgnDesc piece = {.size = size, .options = K_ANYWHERE | K_WRITABLE};

        while (rgnAllocate(K_MYACTOR, &piece) == K_OK)
            piece.size = size;
    }
    printf("hostile: has it all\n");
    wait_for_ever();
}

/* The processor, at the highest priority that there is for it. */
static void take_processor(void)
{
    printf("hostile: spins\n");
    (void)!thread_start(0, spin_first, FIRST_PRIORITY);
    wait_for_ever();
}

static void take_console(void)
{
    static char text[4096];

    memset(text, '.', sizeof(text));
    for (int i = 0; i < 64; i++)
        CHECK(consoleWrite(text, sizeof(text)) > 0);
    printf("\nhostile: has said it\n");
}

static void free_itself(void)
{
    KnRgnDesc text = {.startAddr = 0x400000, .size = K_PAGE_SIZE};

    printf("hostile: pulls the rug\n");
    (void)!rgnFree(K_MYACTOR, &text);
}

static void free_all(void)
{
    KnRgnDesc all = {.options = K_FREEALL};

    printf("hostile: leaves nothing\n");
    (void)!rgnFree(K_MYACTOR, &all);
}

/* All threads, and keeps them. */
static void take_threads(void)
{
    KnDefaultStartInfo_f start =
        start_at(wait_long, &stacks[0][STACK_WORDS]);
    KnThreadLid lid;

    while (threadCreate(K_MYACTOR, &lid, K_ACTIVE, NULL, &start) == K_OK)
        ;
    printf("hostile: has what threads there are\n");
}

static void keep_threads(void)
{
    take_threads();
    wait_for_ever();
}

/* Many threads of which one fails while the others wait. */
static void die_in_company(void)
{
    take_threads();
    printf("hostile: dies in company\n");
    __builtin_trap();
}

static const struct kind {
    const char *name;
    void (*act)(void);
} kinds[] = {
    {"memory", take_memory},     {"processor", take_processor},
    {"console", take_console},   {"rug", free_itself},
    {"all", free_all},           {"company", die_in_company},
    {"threads", keep_threads},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (argc > 1 && strcmp(argv[1], kinds[i].name) == 0) {
            kinds[i].act();
            return 0;
        }
    }
    for (int i = 0; i < 3; i++) {
        threads(wait_for_ever);
        threads(wait_long);
        regions();
        sparse();
        bank();
    }
    bad_places();
    bad_times();
    bad_priorities();
    fair_turns();
    check_report("hostile");
    return 0;
}
