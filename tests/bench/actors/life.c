/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A small program that crashes again and again, and measures how long it takes
 * to have its block back: the counter is written into it right before the
 * faulting instruction, and read right after its first word was.
 *
 *      life WAY INDEX ROUNDS AID PROBE MODE...
 *
 *      solo    it crashes
 *      touch   it crashes, and has written to each page of its data
 *      judged  it crashes when the supervisor believes that it is healthy, so
 *              that each crash is a first one
 *      group   number 0 of some does, and all of them are restarted
 *      site    number 0 panics the kernel, and all of them come back
 */
#include "life.h"

#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <restart/chRestart.h>
#include <string.h>

/* Time for what is printed about a crash, and for the policy to forgive. */
#define PEACE_NS 50000000l
/* Until the loop breaker believes that the site is stable, and some more. */
#define PEACE_SITE_S 11l
/* Until a mark of health is believed, and some more. */
#define PEACE_HEALTHY_S 2l

enum word { NAME, WAY, INDEX, ROUNDS, AID, PROBE, MODES };

/* Bytes that are as they were linked at the start of each life: those of
 * bench.mk, to see what they cost. */
#ifndef LIFE_DATA_KIB
#define LIFE_DATA_KIB 1
#endif
static volatile char data[LIFE_DATA_KIB * 1024] = {1};

static struct {
    struct life *block; /* of this life */
} self;

/* The probe of the supervisor, if it has one. */
static bool probe_read(char **argv, struct probe *probe)
{
    int aid = (int)strtol(argv[AID], NULL, 10);
    VmAddr from = strtoul(argv[PROBE], NULL, 0);

    for (size_t at = 0; from != 0 && at < sizeof(*probe);) {
        at += (size_t)bench_must("the probe",
                                 actorPeek(aid, from + at, (char *)probe + at,
                                           sizeof(*probe) - at));
    }
    return from != 0;
}

/* When the supervisor's first wait after the crash ended, or when its main()
 * began, if that was later; 0: not known. */
static uint64_t handler_ran(char **argv, uint64_t fault)
{
    struct probe probe;
    uint64_t first = 0;

    if (!probe_read(argv, &probe)) {
        return 0;
    }
    if (probe.main > fault) {
        return probe.main;
    }
    for (unsigned i = 0; i < PROBE_WAITS; i++) {
        uint64_t woken = probe.woken[i];

        if (woken > fault && (first == 0 || woken < first)) {
            first = woken;
        }
    }
    return first;
}

/* Writes this life down; where. */
static struct life_round *life_note(char **argv, struct life_round life,
                                    unsigned *round)
{
    char name[] = LIFE_LOG_BLOCK;
    struct life_log *log;

    name[strlen(name) - 1] = argv[INDEX][0];
    log = bench_block(name, sizeof(*log));
    if (log->rounds > LIFE_ROUNDS_MAX) {
        bench_fail("too many lives", (long)log->rounds);
    }
    *round = log->rounds++;
    log->round[*round] = life;
    return &log->round[*round];
}

/* The end of this life, or of them all. */
static void life_end(int argc, char **argv, struct life_round *life, bool last)
{
    bool site = strcmp(argv[WAY], "site") == 0;
    bool first = argv[INDEX][0] == '0';
    KnTimeVal peace = {site ? PEACE_SITE_S : 0, PEACE_NS};
    KnTimeVal healthy = {PEACE_HEALTHY_S, 0};
    KnRebootDesc panic = {K_REBOOT_PANIC};

    if (!first && !last) {
        (void)threadDelay(K_NOTIMEOUT);
    }
    if (strcmp(argv[WAY], "judged") == 0) {
        (void)threadDelay(&healthy);
        (void)hrHealthy();
    }
    if (first) {
        (void)threadDelay(&peace);
        life->handler = life->fault ? handler_ran(argv, life->fault) : 0;
    }
    if (last) {
        HR_EXIT_HDL();
        if (first) {
            bench_next(argc - MODES, argv + MODES);
        }
        exit(0);
    }
    for (size_t at = 0; strcmp(argv[WAY], "touch") == 0 && at < sizeof(data);
         at += K_PAGE_SIZE) {
        data[at]++;
    }
    self.block->fault = counter_read();
    if (site) {
        (void)!sysReboot(&panic);
    }
    __builtin_trap();
}

int main(int argc, char **argv)
{
    PmmName name = {"RAM", LIFE_BLOCK};
    struct life_round life = {0}, *noted;
    VmAddr address = 0;
    KnError error;
    unsigned round;

    name.name[strlen(name.name) - 1] = argc < MODES ? '0' : argv[INDEX][0];
    life.start = counter_read();
    error = pmmAllocate(&address, &name, sizeof(struct life), NULL, 0);
    if (error == K_OK) {
        life.fault = ((struct life *)address)->fault;
    }
    life.end = counter_read();
    bench_must("the block of a life", error);
    if (argc < MODES || data[sizeof(data) - 1]++ != 0) {
        bench_fail("life: too few words", argc);
    }
    self.block = (struct life *)address;
    noted = life_note(argv, life, &round);
    life_end(argc, argv, noted, round == strtoul(argv[ROUNDS], NULL, 10));
}
