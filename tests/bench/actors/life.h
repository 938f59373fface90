/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the lives of a program that crashes leave each other, and the program
 * that tells it in the end.
 */
#ifndef BENCH_LIFE_H
#define BENCH_LIFE_H

#include "bench.h"

#define LIFE_GROUP 0
#define LIFE_MEMBERS 8u /* of the group that falls as a whole */
#define LIFE_ROUNDS_MAX BENCH_ROUNDS

/* Blocks: of member 0, 1, ...; the digit is the last character. */
#define LIFE_BLOCK "bench.life0"
#define LIFE_LOG_BLOCK "bench.log0"

/* What a program leaves itself: a page, as small programs have it. */
struct life {
    volatile uint64_t fault; /* the counter right before the crash */
};

/* What is written down when all is measured, by rounds; round 0 is the first
 * start. */
struct life_log {
    unsigned rounds;
    struct life_round {
        uint64_t fault;   /* of the member that crashed */
        uint64_t start;   /* main(), before pmmAllocate() */
        uint64_t end;     /* the first word of the block was read */
        uint64_t handler; /* when the supervisor ran, or its main() did */
    } round[LIFE_ROUNDS_MAX + 1];
};

/* What the supervisor with a probe in it shows of itself (probe.c). */
#define PROBE_WAITS 16u
struct probe {
    uint64_t main;               /* when its main() began */
    uint64_t woken[PROBE_WAITS]; /* when its last waits ended */
    uint64_t wait_count;
};

#endif
