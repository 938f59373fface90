/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Samples, their figures, and the chain of programs.
 */
#include "bench.h"

#include <pmm/chPmm.h>
#include <restart/chRestart.h>
#include <stdio.h>

#define OVERHEAD_ROUNDS 32

/* A tenth of a second: some hundred bytes at 115,200 baud. */
#define QUIET_NS 100000000l

uint64_t bench_overhead(void)
{
    static uint64_t overhead;

    for (int i = 0; overhead == 0 && i < OVERHEAD_ROUNDS; i++) {
        uint64_t start = counter_read();
        uint64_t took = counter_read() - start;

        if (i == OVERHEAD_ROUNDS - 1) {
            overhead = took;
        }
    }
    return overhead;
}

void bench_add(struct bench_row *row, uint64_t start, uint64_t end)
{
    uint64_t took = end - start;
    uint64_t overhead = bench_overhead();

    took = took > overhead ? took - overhead : 0;
    if (row->count < BENCH_SAMPLES_MAX) {
        row->sample[row->count++] =
            took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
    }
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* The sample that so many of a thousand are not above. */
static unsigned rank(const struct bench_row *row, unsigned per_thousand)
{
    unsigned index = (row->count * per_thousand + 999) / 1000;

    return row->sample[index > 0 ? index - 1 : 0];
}

void bench_tell_at(const char *name, unsigned long n, struct bench_row *row)
{
    if (row->count == 0) {
        bench_fail(name, 0);
    }
    qsort(row->sample, row->count, sizeof(row->sample[0]), compare);
    printf("row %s n=%lu rounds=%u min=%u median=%u p99=%u max=%u\n", name, n,
           row->count, rank(row, 0), rank(row, 500), rank(row, 990),
           rank(row, 1000));
    row->count = 0;
    bench_quiet();
}

void bench_tell(const char *name, struct bench_row *row)
{
    bench_tell_at(name, 0, row);
}

void bench_quiet(void)
{
    KnTimeVal wait = {0, QUIET_NS};

    fflush(stdout);
    (void)threadDelay(&wait);
}

static void off(void)
{
    KnRebootDesc how = {K_REBOOT_OFF};

    bench_quiet();
    printf("bench: not switched off: %s\n", k_strerror(sysReboot(&how)));
    exit(1);
}

void bench_fail(const char *what, long result)
{
    printf("bench: FAILED: %s: %ld, %s\n", what, result,
           k_strerror((int)result));
    off();
    for (;;) {
        (void)!actorExit(1);
    }
}

void *bench_block(const char *text, size_t size)
{
    PmmName name = {"RAM", ""};
    VmAddr address = 0;

    strncpy(name.name, text, sizeof(name.name) - 1);
    bench_must(text, pmmAllocate(&address, &name, size, NULL, 0));
    return (void *)address;
}

int bench_spawn(const char *file, int group, int argc, char **argv)
{
    static KnActorSpawn spawn;

    memset(&spawn, 0, sizeof(spawn));
    strncpy(spawn.path, file, sizeof(spawn.path) - 1);
    spawn.flags = K_SPAWN_TRUSTED | (group < 0 ? 0 : K_SPAWN_RESTARTABLE);
    spawn.group = group;
    for (int i = -1; i < argc; i++) {
        const char *word = i < 0 ? file : argv[i];
        size_t size = strlen(word) + 1;

        if (size > sizeof(spawn.args) - spawn.argsSize) {
            bench_fail("the words are too long", argc);
        }
        memcpy(spawn.args + spawn.argsSize, word, size);
        spawn.argsSize += (unsigned)size;
        spawn.argc++;
    }
    return (int)bench_must(file, actorSpawn(&spawn));
}

void bench_next(int argc, char **argv)
{
    bench_quiet();
    if (argc == 0) {
        off();
    }
    bench_spawn("bench", -1, argc, argv);
}
