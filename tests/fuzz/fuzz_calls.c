/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls at random, on the host: the real kernel over the fake machine,
 * under the address and undefined behaviour sanitizers.
 *
 * The input decides everything: byte by byte, or, if it begins with an odd
 * byte, as the seed of some thousand calls.  Whichever thread the kernel
 * chooses to run makes the next call: so all actors do, user ones, trusted
 * ones, restartable ones and the two that the kernel keeps alive.  Now and
 * then the thread faults, time passes, or the n-th thing that a call asks for
 * is refused.  After a call
 *
 *      an error has changed nothing
 *      what the call read is not read again: it is something else by then
 *
 * after each input all that the kernel keeps agrees (kernel/check.c), the
 * bystander's memory is as it was, and when all actors have ended nothing is
 * missing.
 */
/* sources: $(FUZZ_KERNEL) $(FUZZ_MM) $(FUZZ_FAKE) */
/* sources: tests/fuzz/machine.c tests/fuzz/grammar.c tests/fuzz/damage.c */
/* sources: tests/fuzz/checks_fire.c */
/* wrap: actor_start frame_allocate quota_allows thread_create */
/* wrap: bank_allocate_named image_open quota_promise arch_user_read */
/* wrap: arch_idle */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "kernel/aftermath.h"
#include "kernel/check.h"
#include "kernel/restart.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/trap.h"
#include "machine.h"
#include "mm/frame.h"
#include "mm/spare.h"

#define DATA_AT 0x401000ull
#define PATTERN 0xa5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
uint64_t fuzz_count(void);

static struct {
    const uint8_t *data, *end;
    uint64_t random, steps; /* the input is a seed, for so many more */
    struct grammar grammar;
    struct actor *caller;
    struct actor *bystander;
    int bystander_aid;
    bool changing; /* what a call reads is changed behind it */
    struct thread *told; /* who runs while an end is put off */
    uint64_t calls, failed, refused, put_off;
    uint64_t frames, regions, threads;
} fuzz;

static _Noreturn void wrong(const char *what, const char *name)
{
    fprintf(stderr, "fuzz: %s: %s\n", name, what);
    abort();
}

/* ---- The input ----------------------------------------------------------- */

static uint64_t random_next(void)
{
    uint64_t z = fuzz.random += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static void input_open(const uint8_t *data, size_t size)
{
    fuzz.data = data;
    fuzz.end = data + size;
    fuzz.steps = 0;
    if (size < 3 || data[0] % 2 == 0)
        return;
    fuzz.random = size;
    for (size_t i = 0; i < size; i++)
        fuzz.random = fuzz.random * 257 + data[i];
    fuzz.steps = 256u * (1 + data[1] % 16);
}

static bool input_goes_on(void)
{
    if (fuzz.steps > 0)
        return --fuzz.steps > 0;
    return fuzz.data < fuzz.end;
}

/* 0 when there is no more: the first of each menu. */
static uint32_t pick(uint32_t below)
{
    uint32_t value = 0;

    if (fuzz.steps > 0)
        return (uint32_t)((random_next() >> 32) * below >> 32);
    for (uint32_t range = below - 1; range > 0 && fuzz.data < fuzz.end;
         range >>= 8)
        value = value << 8 | *fuzz.data++;
    return value % below;
}

/* Input at random for short is a byte stream at random for long. */
static void poke(uint64_t at, const void *from, size_t size)
{
    (void)machine_poke(fuzz.caller, at, from, size);
}

/* ---- What is to stay ----------------------------------------------------- */

struct state {
    uint64_t hash, frames, regions, threads;
};

static void mix(struct state *state, const void *what, size_t size)
{
    const uint8_t *bytes = what;

    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t part = size - i < sizeof(word) ? size - i : sizeof(word);

        memcpy(&word, bytes + i, part);
        state->hash = (state->hash ^ word) * 0x100000001b3ull;
        state->hash ^= state->hash >> 29;
    }
}

#define MIX(state, value)                                                      \
    do {                                                                       \
        __typeof__(value) value_ = (value);                                    \
        mix(state, &value_, sizeof(value_));                                   \
    } while (0)

static void regions_note(struct state *state, const struct region_list *list)
{
    const struct region *at = region_from(list, 0);

    for (; at != NULL; at = region_next(list, at)) {
        MIX(state, at->start);
        MIX(state, at->size);
        MIX(state, at->options);
        MIX(state, at->kind);
    }
}

static void actor_note(struct state *state, const struct actor *actor)
{
    const struct link *at = actor->threads.next;
    const struct pmm_holding *block = NULL;

    MIX(state, actor->aid);
    MIX(state, actor->state);
    MIX(state, actor->privilege);
    MIX(state, actor->clean);
    MIX(state, actor->beat_ms);
    MIX(state, actor->space.quota.promised[QUOTA_FRAMES]);
    while ((block = pmm_held_next(&actor->holder, block)) != NULL)
        MIX(state, block->slot);
    if (actor->state == HR_ACTOR_RUNNING) {
        MIX(state, actor->space.page_count);
        regions_note(state, &actor->space.list);
    } else { /* it may keep its memory for the next life, or may not */
        state->frames += actor->space.page_count;
        state->regions += actor->space.list.count;
    }
    for (; at != &actor->threads; at = at->next) {
        const struct thread *thread =
            LIST_ENTRY(at, const struct thread, in_actor);

        MIX(state, thread->lid);
        MIX(state, thread->state);
        MIX(state, thread->priority);
        MIX(state, thread->suspended);
    }
}

/* All that an error must leave as it is; page tables may have come. */
static struct state state_note(void)
{
    struct state state = {
        .hash = 0xcbf29ce484222325ull,
        .frames = frame_available(),
        .regions = region_available(),
        .threads = thread_available(),
    };

    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        actor_note(&state, at);
        state.frames += at->space.ptab.tables;
    }
    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
        MIX(&state, i);
    return state;
}

static void compare(const struct state *before, const char *name)
{
    struct state after = state_note();

    if (after.frames != before->frames || after.regions != before->regions ||
        after.threads != before->threads)
        wrong("a call that failed has kept something", name);
    if (after.hash != before->hash)
        wrong("a call that failed has changed something", name);
}

/* ---- Actors -------------------------------------------------------------- */

static int actor_add(unsigned flags, int group)
{
    KnActorSpawn spawn = {
        .path = "fuzz",
        .flags = flags,
        .group = group,
        .argc = 1,
        .argsSize = sizeof("fuzz"),
        .args = "fuzz",
    };
    long aid = restart_spawn(&spawn);

    return aid > 0 && (flags & K_SPAWN_RESTARTABLE)
               ? (int)restart_start((int)aid, actor_next(NULL))
               : (int)aid;
}

/* It makes no calls, for it is suspended, and nobody may touch its memory. */
static void bystander_add(void)
{
    uint8_t pattern[PAGE_SIZE];

    fuzz.bystander_aid = actor_add(0, 0);
    fuzz.bystander = actor_find(fuzz.bystander_aid);
    if (fuzz.bystander == NULL)
        wrong("there is no bystander", "start");
    memset(pattern, PATTERN, sizeof(pattern));
    machine_poke(fuzz.bystander, DATA_AT, pattern, sizeof(pattern));
    thread_suspend(thread_find(fuzz.bystander, 1));
}

static void bystander_check(void)
{
    struct actor *actor = actor_find(fuzz.bystander_aid);
    uint8_t byte;

    if (actor == NULL)
        return; /* killed by one who may */
    for (unsigned i = 0; i < PAGE_SIZE; i++) {
        if (aspace_peek(&actor->space, DATA_AT + i, &byte, 1) != 1)
            return; /* its region was freed by one who may */
        if (byte != PATTERN)
            wrong("has another byte", "bystander");
    }
}

static void actors_begin(void)
{
    (void)actor_add(0, 0);
    (void)actor_add(K_SPAWN_TRUSTED, 0);
    (void)actor_add(K_SPAWN_RESTARTABLE, 1);
    (void)actor_add(K_SPAWN_RESTARTABLE, 1);
    (void)actor_add(K_SPAWN_RESTARTABLE | K_SPAWN_TRUSTED, 2);
    bystander_add();
}

static void actor_end(struct actor *actor)
{
    if (actor->role != ACTOR_RESTARTABLE) {
        restart_end(actor, HR_END_KILL); /* a boot actor: and again */
        return;
    }
    if (actor->state != HR_ACTOR_ENDED)
        actor_stop(actor, HR_ACTOR_ENDED, HR_END_KILL);
    actor_discard(actor);
    actor_end_orphans();
}

/* With one there may go others: the first boot actors stay, and all that come
 * behind them go. */
static void actors_end(void)
{
    struct actor *first = actor_next(NULL), *second = actor_next(first), *at;

    while ((at = actor_next(second)) != NULL)
        actor_end(at);
    actor_end(second);
    actor_end(first);
}

static void bank_empty(void)
{
    struct bank_list all = BANK_LIST_EMPTY;

    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
        bank_list_add(&all, (unsigned)i);
    bank_free(&all);
}

/* ---- A step -------------------------------------------------------------- */

/* A second thread of the caller's, as if on a second processor. */
static void change_after_read(uint64_t at, size_t size)
{
    uint64_t word;

    if (!fuzz.changing || at < fuzz.grammar.scratch || size < 4)
        return;
    word = grammar_word(&fuzz.grammar);
    poke(at + pick((uint32_t)size / 4) * 4, &word, 4);
}

static void grammar_aim(struct actor *caller)
{
    struct grammar *grammar = &fuzz.grammar;

    fuzz.caller = caller;
    grammar->cap_count = grammar->aid_count = 0;
    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        if (grammar->cap_count < GRAMMAR_CAPS)
            grammar->caps[grammar->cap_count++] = actor_cap(at);
        if (grammar->aid_count < GRAMMAR_AIDS)
            grammar->aids[grammar->aid_count++] = at->aid;
    }
}

/* Calls that do what they are for only once, or end the machine. */
static bool is_excluded(const struct grammar_call *call)
{
    return call->name != NULL && fuzz.caller->privilege != K_USERACTOR &&
           ((strcmp(call->name, "sysReboot") == 0 && call->arg[0] == 0) ||
            (strcmp(call->name, "sysReboot") == 0 && fuzz.changing) ||
            (strcmp(call->name, "sysRetention") == 0 && fuzz.changing));
}

/* Errors after which something may be different all the same. */
static bool error_may_change(const struct grammar_call *call, long result)
{
    return result == K_EABORT /* has used up the abort */ ||
           result == K_ETIMEOUT /* time has passed, for others too */ ||
           call->name == NULL || strcmp(call->name, "sysCheck") == 0 ||
           strcmp(call->name, "hrWait") == 0; /* a sign of life, too */
}

/* Makes the call; true: it came back with an error.  A thread that has gone,
 * or that waits, has no result yet. */
static bool call_fails(struct thread *thread, const struct grammar_call *call)
{
    struct arch_context *ctx = &thread->context;

    ctx->call = call->number;
    memcpy(ctx->args, call->arg, sizeof(call->arg));
    ctx->result = 1;
    (void)trap_syscall(ctx);
    fuzz.calls++;
    if (thread != sched_running() || thread->state != THREAD_READY ||
        ctx->result >= 0)
        return false;
    fuzz.failed++;
    return true;
}

/* Refuses the first thing that the call asks for, then the second, and so on
 * until the call asks for no more: each time it fails, and has changed
 * nothing. */
static void call_refused(struct thread *thread, const struct grammar_call *call,
                         const struct state *before)
{
    bool failed, refused = true;

    for (unsigned nth = 1; refused; nth++) {
        machine_refuse(nth);
        failed = call_fails(thread, call);
        refused = machine_refused();
        machine_refuse(0);
        fuzz.refused += refused;
        if (failed && !error_may_change(call, thread->context.result))
            compare(before, call->name);
        if (!failed)
            return;
    }
}

static void call_make(struct thread *thread)
{
    struct grammar_call call;
    struct state before;
    uint32_t way = pick(16);

    fuzz.changing = way == 15;
    grammar_make(&fuzz.grammar, &call);
    if (is_excluded(&call))
        return;
    if (way >= 8) {
        (void)call_fails(thread, &call);
        fuzz.changing = false;
        return;
    }
    before = state_note();
    if (way >= 4)
        call_refused(thread, &call, &before);
    else if (call_fails(thread, &call) &&
             !error_may_change(&call, thread->context.result))
        compare(&before, call.name);
}

static void fault_make(struct thread *thread)
{
    struct fault fault = {
        .kind = FAULT_PAGE + pick(FAULT_OTHER - FAULT_PAGE),
        .access = pick(3),
        .address = grammar_word(&fuzz.grammar),
    };

    thread->context.registers.fp = grammar_word(&fuzz.grammar);
    struct arch_context *ctx = trap_fault(&thread->context, &fault);

    if (sched_running() == NULL)
        fuzz.told = thread_of(ctx);
}

/* An end has been put off: it is done by the next call of who was told, or by
 * an entry of another kind. */
static void told_goes_on(void)
{
    struct thread *told = fuzz.told;
    struct grammar_call call;

    fuzz.told = NULL;
    fuzz.put_off++;
    grammar_aim(told->actor);
    grammar_make(&fuzz.grammar, &call);
    if (pick(2) == 0 || is_excluded(&call))
        aftermath_finish();
    else
        (void)call_fails(told, &call);
}

static void step(void)
{
    struct arch_context *ctx;
    struct thread *thread;

    if (fuzz.told != NULL) {
        told_goes_on();
        return;
    }
    ctx = trap_exit();
    thread = sched_running();
    if (&thread->context != ctx)
        wrong("is not the one that runs", "thread");
    grammar_aim(thread->actor);
    if (pick(64) == 63)
        fault_make(thread);
    else
        call_make(thread);
}

/* ---- Inputs -------------------------------------------------------------- */

static void check(const char *when)
{
    const char *what = check_all();

    if (what != NULL)
        wrong(what, when);
}

static void begin(void)
{
    machine_boot();
    checks_fire();
    machine_read_hook = change_after_read;
    fuzz.grammar = (struct grammar){
        .pick = pick,
        .poke = poke,
        .scratch = DATA_AT + PAGE_SIZE,
        .text = 0x400000,
        .reserved = 0x7fefb000 - 0x1000,
        .play = 0x20000000,
        .path = "fuzz",
    };
    fuzz.frames = frame_available() + spare_count();
    fuzz.regions = region_available();
    fuzz.threads = thread_available();
}

/* What every life leaves behind it when all have ended. */
static void check_nothing_missing(void)
{
    uint64_t frames = frame_available() + spare_count();

    /* Tables of the boot actors stay for their next life. */
    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        uint64_t tables = at->space.ptab.tables;

        ptab_prune(&at->space.ptab, false);
        frames += tables - at->space.ptab.tables;
        quota_set(&at->space.quota, QUOTA_FRAMES,
                  at->space.page_count + at->space.ptab.tables);
    }
    if (frames != fuzz.frames || region_available() != fuzz.regions ||
        thread_available() != fuzz.threads)
        wrong("something is missing", "end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz.frames == 0)
        begin();
    input_open(data, size);
    actors_begin();
    if (setjmp(machine_idle) == 0) {
        while (input_goes_on())
            step();
    }
    aftermath_finish();
    fuzz.told = NULL;
    fuzz.steps = 0;
    fuzz.changing = false;
    machine_refuse(0);
    check("after an input");
    bystander_check();
    actors_end();
    bank_empty();
    check("after the end of all");
    check_nothing_missing();
    return 0;
}

uint64_t fuzz_count(void)
{
    return fuzz.calls;
}

/* Of a long run, what it did. */
static __attribute__((destructor)) void report(void)
{
    fprintf(stderr,
            "fuzz_calls: %llu calls, %llu errors, %llu refusals, %llu ends "
            "put off\n",
            (unsigned long long)fuzz.calls, (unsigned long long)fuzz.failed,
            (unsigned long long)fuzz.refused,
            (unsigned long long)fuzz.put_off);
}
