/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Costs against the number of other objects: a row for each n.  What n may be
 * is found out by asking for more until the answer is no.
 */
#include "modes.h"

#include <pmm/chPmm.h>
#include <stdio.h>

#define ROUNDS 100u
#define PER_LIFE 64u /* blocks that one life holds: each takes a region */

/* Regions are a page each with a page between them, so that none become one,
 * downwards from here: where K_ANYWHERE looks first. */
#define REGIONS_TOP 0xffff0000ul
#define REGIONS_MAX 10000u
#define REGION_PAGES 6u /* what is looked for fits between no two of them */

static struct bench_row rows[2];

/* ---- Blocks of the bank -------------------------------------------------- */

static void block_name(PmmName *name, unsigned long number)
{
    memset(name, 0, sizeof(*name));
    strcpy(name->medium, "RAM");
    snprintf(name->name, sizeof(name->name), "bench.block.%lu", number);
}

static void blocks_measure(unsigned long n)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        PmmName name = {"RAM", "bench.one.more"};
        VmAddr address = 0;
        uint64_t start = counter_read();

        bench_must("pmmAllocate",
                   pmmAllocate(&address, &name, K_PAGE_SIZE, NULL, 0));
        bench_add(&rows[0], start, counter_read());
        start = counter_read();
        bench_must("pmmFree", pmmFree(&name));
        bench_add(&rows[1], start, counter_read());
    }
    bench_tell_at("blocks_new", n, &rows[0]);
    bench_tell_at("blocks_free", n, &rows[1]);
}

/* A life measures if n is a power of 2 or the last, and adds some blocks; then
 * comes another one, until but one slot is taken. */
void mode_blocks(int argc, char **argv)
{
    char *words[32] = {"blocks"};
    KnSysInfo info;
    unsigned long n, last;

    bench_must("sysInfo", sysInfo(&info));
    n = info.bankBlocks;
    last = info.bankBlocksMax - 1;
    if (argc > 31) {
        bench_fail("too many modes", argc);
    }
    if ((n & (n - 1)) == 0 || n == last) {
        blocks_measure(n);
    }
    for (unsigned i = 0; i < PER_LIFE && n < last; i++) {
        PmmName name;
        VmAddr address;

        block_name(&name, n);
        bench_must("one more block",
                   pmmAllocate(&address, &name, K_PAGE_SIZE, NULL, 0));
        n++;
        if ((n & (n - 1)) == 0) {
            break;
        }
    }
    if (info.bankBlocks == last) {
        bench_next(argc, argv);
        return;
    }
    memcpy(words + 1, argv, (size_t)argc * sizeof(*argv));
    bench_spawn("bench", -1, argc + 1, words);
}

/* The same number of blocks, without measuring: fill N MODE... */
void mode_fill(int argc, char **argv)
{
    char *words[32] = {"fill"};
    unsigned long wanted = argc > 0 ? strtoul(argv[0], NULL, 10) : 0;
    KnSysInfo info;

    bench_must("sysInfo", sysInfo(&info));
    for (unsigned long i = info.bankBlocks;
         i < wanted && i < info.bankBlocks + PER_LIFE; i++) {
        PmmName name;
        VmAddr address;

        block_name(&name, i);
        bench_must("one more block",
                   pmmAllocate(&address, &name, K_PAGE_SIZE, NULL, 0));
    }
    if (info.bankBlocks + PER_LIFE >= wanted || argc > 31) {
        bench_next(argc - 1, argv + 1);
        return;
    }
    memcpy(words + 1, argv, (size_t)argc * sizeof(*argv));
    bench_spawn("bench", -1, argc + 1, words);
}

/* ---- Regions of an actor ------------------------------------------------- */

static void regions_measure(unsigned long n)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KnRgnDesc region = {
            .size = REGION_PAGES * K_PAGE_SIZE,
            .options = K_ANYWHERE | K_WRITABLE,
        };
        uint64_t start = counter_read();

        bench_must("rgnAllocate", rgnAllocate(K_MYACTOR, &region));
        bench_add(&rows[0], start, counter_read());
        region.options = 0;
        start = counter_read();
        bench_must("rgnFree", rgnFree(K_MYACTOR, &region));
        bench_add(&rows[1], start, counter_read());
    }
    bench_tell_at("regions_new", n, &rows[0]);
    bench_tell_at("regions_free", n, &rows[1]);
}

static bool regions_add(unsigned long n)
{
    KnRgnDesc region = {
        .startAddr = REGIONS_TOP - (2 * n + 2) * K_PAGE_SIZE,
        .size = K_PAGE_SIZE,
        .options = K_WRITABLE,
    };

    return rgnAllocate(K_MYACTOR, &region) == K_OK;
}

/* The last point has one less than there can be, for the one to measure. */
void mode_many_regions(int argc, char **argv)
{
    unsigned long n = 0;

    while (n < REGIONS_MAX && regions_add(n)) {
        n++;
        if ((n & (n - 1)) == 0 && n < REGIONS_MAX) {
            regions_measure(n);
        }
    }
    if (n < REGIONS_MAX) {
        KnRgnDesc region = {
            .startAddr = REGIONS_TOP - 2 * n * K_PAGE_SIZE,
            .size = K_PAGE_SIZE,
        };

        bench_must("rgnFree", rgnFree(K_MYACTOR, &region));
        n--;
    }
    regions_measure(n);
    bench_next(argc, argv);
}

/* ---- Actors -------------------------------------------------------------- */

/* crowd N GROUP MODE...: N actors that do nothing, restartable if GROUP is
 * not -1.  As many as there can be, if it is less. */
void mode_crowd(int argc, char **argv)
{
    if (argc < 2) {
        bench_fail("crowd: how many, of which group?", argc);
    }
    for (unsigned long i = strtoul(argv[0], NULL, 10); i > 0; i--) {
        bench_spawn("idle", (int)strtol(argv[1], NULL, 10), 0, NULL);
    }
    bench_next(argc - 2, argv + 2);
}
