/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Restarts are measured by lives of the program `life`; here they are started,
 * and what they wrote down is told.
 */
#include "life.h"
#include "modes.h"

#include <pmm/chPmm.h>
#include <stdio.h>
#include <string.h>

#define ACTORS_LISTED 64
#define WORDS_MAX 32

static struct {
    struct bench_row row;
    KnActorInfo list[ACTORS_LISTED];
    struct life_log *log[LIFE_MEMBERS];
} self;

/* The supervisor: it shows where its probe is, if it has one. */
static const KnActorInfo *supervisor_find(void)
{
    long count = bench_must("the actors",
                            actorList(self.list, sizeof(self.list)));

    for (long i = 0; i < count && i < ACTORS_LISTED; i++) {
        if (strcmp(self.list[i].name, "supervisor") == 0) {
            return &self.list[i];
        }
    }
    bench_fail("there is no supervisor", count);
}

/* life WAY INDEX ROUNDS AID PROBE tell MODE...; ROUNDS and what comes behind
 * the tellers is in argv. */
static void spawn(char *way, unsigned members, int argc, char **argv)
{
    const KnActorInfo *supervisor = supervisor_find();
    char aid[16], probe[24], index[] = "0";
    char *words[WORDS_MAX] = {way,   index,      argv[0],
                              aid,   probe,      "tell",
                              way,   argv[0]};
    int count = 8;

    if (argc < 1 || argc + count > WORDS_MAX ||
        strtoul(argv[0], NULL, 10) > LIFE_ROUNDS_MAX) {
        bench_fail("how many rounds?", argc);
    }
    snprintf(aid, sizeof(aid), "%d", supervisor->aid);
    snprintf(probe, sizeof(probe), "0x%lx", supervisor->objects);
    for (int i = 1; i < argc; i++) {
        words[count++] = argv[i];
    }
    for (unsigned i = 0; i < members; i++) {
        index[0] = (char)('0' + i);
        bench_spawn("life", LIFE_GROUP, count, words);
    }
}

void mode_restart(int argc, char **argv)
{
    spawn("solo", 1, argc, argv);
}

void mode_touch(int argc, char **argv)
{
    spawn("touch", 1, argc, argv);
}

void mode_judged(int argc, char **argv)
{
    spawn("judged", 1, argc, argv);
}

void mode_group(int argc, char **argv)
{
    spawn("group", LIFE_MEMBERS, argc, argv);
}

void mode_site(int argc, char **argv)
{
    spawn("site", LIFE_MEMBERS, argc, argv);
}

/* From the first member's crash until the last one was back. */
static void tell_ends(const char *name, unsigned members, unsigned rounds)
{
    for (unsigned round = 1; round <= rounds; round++) {
        uint64_t fault = self.log[0]->round[round].fault, last = 0;

        for (unsigned i = 0; i < members; i++) {
            uint64_t end = self.log[i]->round[round].end;

            if (self.log[i]->rounds <= round || end <= fault) {
                bench_fail("a member did not come back", (long)i);
            }
            last = end > last ? end : last;
        }
        bench_add(&self.row, fault, last);
    }
    bench_tell(name, &self.row);
}

static void tell_handlers(const char *name, unsigned rounds)
{
    for (unsigned round = 1; round <= rounds; round++) {
        const struct life_round *life = &self.log[0]->round[round];

        if (life->handler == 0) {
            return; /* no probe */
        }
        bench_add(&self.row, life->fault, life->handler);
    }
    bench_tell(name, &self.row);
}

static void tell_attach(const char *name, unsigned rounds)
{
    for (unsigned round = 1; round <= rounds; round++) {
        const struct life_round *life = &self.log[0]->round[round];

        bench_add(&self.row, life->start, life->end);
    }
    bench_tell(name, &self.row);
}

/* What the next ones must not find. */
static void forget(unsigned members)
{
    PmmName log = {"RAM", LIFE_LOG_BLOCK}, block = {"RAM", LIFE_BLOCK};

    for (unsigned i = 0; i < members; i++) {
        log.name[strlen(log.name) - 1] = (char)('0' + i);
        block.name[strlen(block.name) - 1] = (char)('0' + i);
        bench_must("a log", pmmFree(&log));
        bench_must("a life", pmmFree(&block));
    }
}

/* tell WAY ROUNDS MODE...; with a probe, what it is there for. */
void mode_tell(int argc, char **argv)
{
    unsigned rounds = argc < 2 ? 0 : (unsigned)strtoul(argv[1], NULL, 10);
    bool all = strcmp(argv[0], "group") == 0 || strcmp(argv[0], "site") == 0;
    unsigned members = all ? LIFE_MEMBERS : 1;
    bool probe = supervisor_find()->objects != 0;
    char name[] = LIFE_LOG_BLOCK;

    for (unsigned i = 0; i < members; i++) {
        name[strlen(name) - 1] = (char)('0' + i);
        self.log[i] = bench_block(name, sizeof(*self.log[i]));
    }
    if (strcmp(argv[0], "site") == 0) {
        tell_ends("site", members, rounds);
        tell_handlers("site_main", rounds);
    } else if (members > 1) {
        tell_ends("group", members, rounds);
    } else if (probe) {
        tell_handlers("fault", rounds);
    } else {
        tell_ends("restart", members, rounds);
        tell_attach("attach", rounds);
    }
    forget(members);
    bench_next(argc - 2, argv + 2);
}

/* When the first actor of all reached its main(); bench.py knows when the
 * kernel was entered. */
void mode_boot(int argc, char **argv)
{
    const KnActorInfo *supervisor = supervisor_find();
    uint64_t began = 0;

    bench_must("the probe", actorPeek(supervisor->aid, supervisor->objects,
                                      &began, sizeof(began)));
    printf("value main %llu\n", (unsigned long long)began);
    bench_next(argc, argv);
}
