/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls at random, for good: an actor that makes them, tame enough to
 * live on.
 *
 *      arun fuzz run SEED COUNT      and with -t as a trusted actor
 *      arun fuzz witness             whose memory nobody may change
 *      arun -t fuzz miser SEED       leaves little of what there is
 *      arun -t fuzz clean            frees the miser's blocks
 *
 * The thread of main() has the others begin: one writes over the arguments of
 * the calls, before them and while they wait; one ends waits that last too
 * long; and one makes the calls, on a stack that lies below all that they may
 * free.  After each batch the kernel compares all that it keeps
 * (test.check=1).
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/grammar.h"
#include "tests/fuzz/witness.h"

#define SCRATCH_END 0x10002000ul
#define PLAY 0x20000000ul
#define RESERVED 0x10010000ul
#define LIMIT_ADDRESS PLAY /* below it lies what we live on */
#define STACK_BYTES 16384
#define BATCH 2000
#define SIGN_EACH 100000 /* calls to a sign of life */
#define OVER_WORDS 8 /* that are written over at a time */
#define OVER_SPAN 128 /* bytes of an argument that are */
#define OVER_EACH 8   /* calls to one that is */
#define MADE_MAX 3    /* actors made by actorCreate() at a time */

void fuzz_idle(void);
int main(int argc, char **argv);

/* A thread that waits for ever, and needs no stack for it. */
#if defined(__x86_64__)
__asm__(".globl fuzz_idle; fuzz_idle: mov $32, %eax; mov $-1, %rdi\n\t"
        "syscall; jmp fuzz_idle");

static long raw_call(const struct grammar_call *call)
{
    register uint64_t r10 __asm__("r10") = call->arg[3];
    register uint64_t r8 __asm__("r8") = call->arg[4];
    register uint64_t r9 __asm__("r9") = call->arg[5];
    long result = (long)call->number;

    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(call->arg[0]), "S"(call->arg[1]),
                       "d"(call->arg[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#else
__asm__(".globl fuzz_idle; fuzz_idle: mov x8, #32; mov x0, #-1\n\t"
        "svc #0; b fuzz_idle");

static long raw_call(const struct grammar_call *call)
{
    register uint64_t x0 __asm__("x0") = call->arg[0];
    register uint64_t x1 __asm__("x1") = call->arg[1];
    register uint64_t x2 __asm__("x2") = call->arg[2];
    register uint64_t x3 __asm__("x3") = call->arg[3];
    register uint64_t x4 __asm__("x4") = call->arg[4];
    register uint64_t x5 __asm__("x5") = call->arg[5];
    register uint64_t x8 __asm__("x8") = call->number;

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
                     : "memory");
    return (long)x0;
}
#endif

static struct {
    uint64_t random[2]; /* of the caller, of the one who writes over */
    struct grammar grammar, over;
    volatile unsigned long calls;
    volatile bool writing; /* over the arguments: allowed in this call */
    unsigned long errors, refused, started, made;
    unsigned go; /* the writer may */
    unsigned long count; /* of calls to be made */
    KnThreadLid caller;
} fuzz;

enum { WRITER, ENDER, CALLER, THREADS };

static _Alignas(16) unsigned char stacks[THREADS][STACK_BYTES];

/* ---- Chance -------------------------------------------------------------- */

static uint32_t random_below(uint64_t *state, uint32_t below)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ul;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ z >> 27) * 0x94d049bb133111ebul;
    return (uint32_t)(((z ^ z >> 31) >> 32) * below >> 32);
}

static uint32_t pick(uint32_t below)
{
    return random_below(&fuzz.random[0], below);
}

static uint32_t pick_over(uint32_t below)
{
    return random_below(&fuzz.random[1], below);
}

static void poke(uint64_t at, const void *from, size_t size)
{
    memcpy((void *)at, from, size);
}

/* ---- Helpers ------------------------------------------------------------- */

static _Noreturn void failed(const char *what, long result)
{
    printf("fuzz: FAILED %s: %ld, after %lu calls\n", what, result,
           fuzz.calls);
    exit(1);
}

/* Writes over the arguments of the call that runs: anything but what would
 * have the kernel free what we live on. */
static void words_write(void)
{
    for (unsigned i = 0; i < OVER_WORDS && fuzz.writing; i++) {
        uint64_t word = grammar_word(&fuzz.over);
        uint64_t slot = pick_over(GRAMMAR_ARGS) * GRAMMAR_SLOT;

        if (word >= 0x10000 && word < LIMIT_ADDRESS)
            word |= 1ul << 63;
        if ((uint32_t)word == K_FREEALL)
            word |= K_WRITABLE;
        *(volatile uint64_t *)(fuzz.grammar.scratch + slot +
                               pick_over(OVER_SPAN / 8) * 8) = word;
    }
}

/* More urgent than the caller: once between the making of a call and the
 * call, and once a little later, when the call may be waiting. */
static void write_over(void)
{
    for (;;) {
        KnTimeVal while_ns = {0, (long)pick_over(50000)};

        (void)!syncWait(&fuzz.go, 0, K_NOTIMEOUT);
        fuzz.go = 0;
        words_write();
        (void)!threadDelay(&while_ns);
        words_write();
    }
}

/* A wait whose limit was written over may be a long one. */
static void end_waits(void)
{
    unsigned long seen = 0;

    for (;;) {
        KnTimeVal while_ms = {0, 3000000};

        (void)!threadDelay(&while_ms);
        if (seen == fuzz.calls)
            (void)!threadAbort(K_MYACTOR, fuzz.caller);
        seen = fuzz.calls;
    }
}

static KnThreadLid thread_begin(unsigned number, KnPc entry, int priority)
{
    KnFifoThParms schedule = {K_SCHED_FIFO, priority};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = entry,
        .dsUserStackPointer = &stacks[number][STACK_BYTES],
    };
    KnThreadLid lid;
    int error =
        threadCreate(K_MYACTOR, &lid, K_ACTIVE, &schedule, &start);

    if (error != K_OK)
        failed("threadCreate", error);
    return lid;
}

static void region_begin(VmAddr at, VmSize size, VmFlags options)
{
    KnRgnDesc region = {.startAddr = at, .size = size, .options = options};
    int error = rgnAllocate(K_MYACTOR, &region);

    if (error != K_OK)
        failed("rgnAllocate", error);
}

/* ---- Calls --------------------------------------------------------------- */

static bool trusted(void)
{
    KnActorPrivilege privilege = K_USERACTOR;

    if (actorPrivilege(K_MYACTOR, &privilege, NULL) != K_OK)
        failed("actorPrivilege", 0);
    return privilege != K_USERACTOR;
}

static void begin(uint64_t seed)
{
    fuzz.random[0] = seed;
    fuzz.random[1] = ~seed;
    region_begin(SCRATCH_END - 2 * K_PAGE_SIZE, 2 * K_PAGE_SIZE, K_WRITABLE);
    region_begin(RESERVED, K_PAGE_SIZE, K_RESERVED);
    fuzz.grammar = (struct grammar){
        .pick = pick,
        .poke = poke,
        .scratch = SCRATCH_END - GRAMMAR_SCRATCH,
        .text = (uint64_t)&main,
        .reserved = RESERVED,
        .play = PLAY,
        .entry = (uint64_t)&fuzz_idle,
        .path = "fuzz",
        .tame = true,
        .trusted = trusted(),
        .cap_count = 1,
    };
    if (actorSelf(&fuzz.grammar.caps[0]) != K_OK)
        failed("actorSelf", 0);
    fuzz.over = fuzz.grammar;
    fuzz.over.pick = pick_over;
}

static void child_note(long aid)
{
    struct grammar *grammar = &fuzz.grammar;

    fuzz.started++;
    grammar->aids[fuzz.started % GRAMMAR_AIDS] = (int)aid;
    if (grammar->aid_count < GRAMMAR_AIDS)
        grammar->aid_count++;
}

/* An actor without an image: the only one that is stopped and ended. */
static void made_note(const void *at)
{
    struct grammar *grammar = &fuzz.grammar;
    KnCap *cap = &grammar->caps[1 + fuzz.made++ % MADE_MAX];

    if (grammar->cap_count == 1 + MADE_MAX)
        (void)!actorDelete(cap);
    else
        grammar->cap_count++;
    memcpy(cap, at, sizeof(*cap));
}

static bool is_refusal(long result)
{
    return result == K_ENOMEM || result == K_EFULL || result == K_ESPACE;
}

static void call_one(void)
{
    struct grammar_call call;
    const char *name;
    long result;

    grammar_make(&fuzz.grammar, &call);
    name = call.name == NULL ? "" : call.name;
    /* A thread must begin where it was told to, or it ends us. */
    fuzz.writing = strcmp(name, "threadCreate") != 0;
    if (pick(OVER_EACH) == 0) {
        fuzz.go = 1;
        (void)!syncWake(&fuzz.go, 1);
    }
    result = raw_call(&call);
    fuzz.writing = false;
    fuzz.calls++;
    fuzz.errors += result < 0;
    fuzz.refused += is_refusal(result);
    if (strcmp(name, "actorSpawn") == 0 && result > 0)
        child_note(result);
    if (strcmp(name, "actorCreate") == 0 && result == K_OK)
        made_note((const void *)call.arg[1]);
}

static void check(void)
{
    char words[80] = "";
    int error;

    error = sysCheck(words, sizeof(words));
    if (error != K_OK) {
        printf("fuzz: the kernel says: %s\n", words);
        failed("sysCheck", error);
    }
}

static unsigned long now_us(void)
{
    KnTimeVal now;

    if (sysTime(&now) != K_OK)
        failed("sysTime", 0);
    return (unsigned long)now.tmSec * 1000000ul +
           (unsigned long)now.tmNSec / 1000;
}

/* Until the witness has looked at what the last calls have done. */
static void wait_for_witness(void)
{
    KnTimeVal period = {0, 1000l * WITNESS_PERIOD_US};
    unsigned long start = now_us();

    while (now_us() - start < 3 * WITNESS_PERIOD_US)
        (void)!threadDelay(&period);
}

static void calls_make(void)
{
    while (fuzz.calls < fuzz.count) {
        call_one();
        if (fuzz.calls % BATCH == 0)
            check();
        if (fuzz.calls % SIGN_EACH == 0)
            printf("fuzz: %lu calls so far\n", fuzz.calls);
    }
    check();
    wait_for_witness();
    printf("fuzz: %lu calls, %lu errors, %lu refused, all agrees\n",
           fuzz.calls, fuzz.errors, fuzz.refused);
    exit(0);
}

static _Noreturn void run(uint64_t seed, unsigned long count)
{
    begin(seed);
    /* Also has the C library take now what it needs for printing. */
    printf("fuzz: waits for the miser\n");
    while (!miser_is_there())
        wait_for_witness();
    fuzz.count = count;
    (void)!thread_begin(WRITER, write_over, 130);
    fuzz.caller = thread_begin(CALLER, calls_make, 140);
    (void)!thread_begin(ENDER, end_waits, 100);
    for (;;)
        (void)!threadDelay(K_NOTIMEOUT);
}

int main(int argc, char **argv)
{
    HR_EXIT_HDL();
    if (argc == 4 && strcmp(argv[1], "run") == 0)
        run(strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0));
    else if (argc == 2 && strcmp(argv[1], "witness") == 0)
        witness();
    else if (argc == 3 && strcmp(argv[1], "miser") == 0)
        miser(strtoul(argv[2], NULL, 0));
    else if (argc == 2 && strcmp(argv[1], "clean") == 0)
        miser_clean();
    return 0; /* a child: that it could be started is all */
}
