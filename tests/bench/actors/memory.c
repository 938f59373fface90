/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory: regions, and persistent blocks that were not there before.
 */
#include "modes.h"

#include <pmm/chPmm.h>

#define PAGES 6u

static struct {
    struct bench_row first, second;
} rows;

void mode_regions(int argc, char **argv)
{
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        KnRgnDesc region = {
            .size = PAGES * K_PAGE_SIZE,
            .options = K_ANYWHERE | K_WRITABLE,
        };
        uint64_t start = counter_read();
        int error = rgnAllocate(K_MYACTOR, &region);

        for (unsigned page = 0; error == K_OK && page < PAGES; page++) {
            ((volatile char *)region.startAddr)[page * K_PAGE_SIZE] = 1;
        }
        region.options = 0;
        bench_must("rgnAllocate", error);
        bench_must("rgnFree", rgnFree(K_MYACTOR, &region));
        bench_add(&rows.first, start, counter_read());
    }
    bench_tell("region", &rows.first);
    bench_next(argc, argv);
}

void mode_pmm(int argc, char **argv)
{
    PmmName name = {"RAM", "bench.new"};

    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        VmAddr address = 0;
        uint64_t start = counter_read(), middle;

        bench_must("pmmAllocate",
                   pmmAllocate(&address, &name, K_PAGE_SIZE, NULL, 0));
        middle = counter_read();
        bench_add(&rows.first, start, middle);
        start = counter_read();
        bench_must("pmmFree", pmmFree(&name));
        bench_add(&rows.second, start, counter_read());
    }
    bench_tell("pmm_new", &rows.first);
    bench_tell("pmm_free", &rows.second);
    bench_next(argc, argv);
}
