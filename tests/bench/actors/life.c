/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A small program that crashes again and again, and measures how long it takes
 * to have its block back: the counter is written into it right before the
 * faulting instruction, and read right after its first word was.
 *
 *      life solo ROUNDS MODE...
 *      life group|site INDEX ROUNDS MODE...    the first of them crashes
 */
#include "life.h"

#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <string.h>

/* Time for what is printed about a crash, and for the policy to forgive. */
#define PEACE_NS 50000000l
/* Until the loop breaker believes that the site is stable, and some more. */
#define PEACE_SITE_S 11l

/* This life: when it began, its block, when it had read that. */
static struct {
    uint64_t start, end, fault;
    struct life *block;
} self;

static PmmName name = {"RAM", "bench.life0"};

static void rest(long seconds, long ns)
{
    KnTimeVal peace = {seconds, ns};

    (void)threadDelay(&peace);
}

/* When the supervisor first ran after the crash; 0: not known. */
static uint64_t handler_ran(uint64_t fault)
{
    struct probe probe;
    uint64_t first = UINT64_MAX;

    if (!probe_read(&probe)) {
        return 0;
    }
    for (unsigned i = 0; i < PROBE_WAITS; i++) {
        if (probe.woken[i] > fault && probe.woken[i] < first) {
            first = probe.woken[i];
        }
    }
    return first == UINT64_MAX ? 0 : first;
}

static _Noreturn void finish(int argc, char **argv)
{
    HR_EXIT_HDL();
    bench_next(argc, argv);
    exit(0);
}

static _Noreturn void solo(int argc, char **argv)
{
    struct life_log *log = bench_block("bench.log", sizeof(*log));
    uint64_t woken = self.fault ? handler_ran(self.fault) : 0;

    if (self.fault) {
        bench_add(&log->restart, self.fault, self.end);
        bench_add(&log->attach, self.start, self.end);
    }
    if (woken) {
        bench_add(&log->handler, self.fault, woken);
    }
    if (log->restart.count == strtoul(argv[0], NULL, 10)) {
        if (log->handler.count > 0) {
            bench_tell("fault", &log->handler);
        } else {
            bench_tell("restart", &log->restart);
            bench_tell("attach", &log->attach);
        }
        pmmFree(&name);
        finish(argc - 1, argv + 1);
    }
    rest(0, PEACE_NS);
    self.block->fault = counter_read();
    __builtin_trap();
}

static struct life_ends *ends_of(unsigned index)
{
    char text[] = "bench.ends0";

    text[strlen(text) - 1] = (char)('0' + index);
    return bench_block(text, sizeof(struct life_ends));
}

/* The last member has its block back: by rounds. */
static void tell_group(const char *row, const char *handler, unsigned rounds)
{
    static struct bench_row until_last, until_handler;
    struct life_ends *ends[LIFE_MEMBERS];

    for (unsigned i = 0; i < LIFE_MEMBERS; i++) {
        ends[i] = ends_of(i);
    }
    for (unsigned round = 1; round <= rounds; round++) {
        uint64_t fault = ends[0]->fault[round], last = 0;

        for (unsigned i = 0; i < LIFE_MEMBERS; i++) {
            if (ends[i]->end[round] <= fault) {
                bench_fail("a member did not come back", (long)i);
            }
            if (ends[i]->end[round] > last) {
                last = ends[i]->end[round];
            }
        }
        bench_add(&until_last, fault, last);
        if (ends[0]->handler[round]) {
            bench_add(&until_handler, fault, ends[0]->handler[round]);
        }
    }
    bench_tell(row, &until_last);
    if (handler) {
        bench_tell(handler, &until_handler);
    }
}

/* All others wait until the first one crashes; or takes the site along. */
static _Noreturn void member(bool site, unsigned index, int argc, char **argv)
{
    struct life_ends *ends = ends_of(index);
    unsigned rounds = (unsigned)strtoul(argv[0], NULL, 10);
    KnRebootDesc panic = {K_REBOOT_PANIC};
    unsigned round = ends->rounds++;
    struct probe probe;

    ends->end[round] = self.end;
    ends->fault[round] = self.fault;
    if (site && index == 0 && probe_read(&probe)) {
        ends->handler[round] = probe.main;
    }
    if (index > 0 && round < rounds) {
        (void)threadDelay(K_NOTIMEOUT);
    }
    if (index > 0) {
        HR_EXIT_HDL();
        exit(0);
    }
    rest(site ? PEACE_SITE_S : 0, PEACE_NS);
    if (round == rounds) {
        tell_group(site ? "site" : "group", site ? "site_main" : NULL, rounds);
        finish(argc - 1, argv + 1);
    }
    self.block->fault = counter_read();
    if (site) {
        (void)!sysReboot(&panic);
    }
    __builtin_trap();
}

int main(int argc, char **argv)
{
    VmAddr address = 0;
    KnError error;
    unsigned index = 0;

    if (argc > 2 && strcmp(argv[1], "solo") != 0) {
        index = (unsigned)(argv[2][0] - '0');
        name.name[strlen(name.name) - 1] = argv[2][0];
    }
    self.start = counter_read();
    error = pmmAllocate(&address, &name, sizeof(struct life), NULL, 0);
    self.block = (struct life *)address;
    if (error == K_OK) {
        self.fault = self.block->fault;
    }
    self.end = counter_read();
    bench_must("the block of a life", error);
    if (argc < 4 && strcmp(argv[1], "solo") != 0) {
        bench_fail("life: too few words", argc);
    }
    if (strcmp(argv[1], "solo") == 0) {
        solo(argc - 2, argv + 2);
    }
    member(strcmp(argv[1], "site") == 0, index, argc - 3, argv + 3);
}
