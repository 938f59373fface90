/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the lives of a program that crashes leave each other.
 */
#ifndef BENCH_LIFE_H
#define BENCH_LIFE_H

#include "bench.h"

#define LIFE_GROUP 0
#define LIFE_MEMBERS 8u /* of the group that falls as a whole */
#define LIFE_ROUNDS_MAX BENCH_ROUNDS

/* Of one actor: a page, as small programs have it. */
struct life {
    volatile uint64_t fault; /* the counter right before the crash */
};

/* What is kept besides, in a block that is mapped when all is measured. */
struct life_log {
    struct bench_row restart; /* from the fault to the block's first word */
    struct bench_row attach;  /* pmmAllocate() and that word */
    struct bench_row handler; /* from the fault to the supervisor */
};

/* Of a member of a group, by rounds; round 0 is the first start. */
struct life_ends {
    unsigned rounds;
    uint64_t fault[LIFE_ROUNDS_MAX + 1]; /* of the first member */
    uint64_t end[LIFE_ROUNDS_MAX + 1];
    uint64_t handler[LIFE_ROUNDS_MAX + 1];
};

/* What the supervisor with a probe in it shows of itself (probe.c). */
#define PROBE_WAITS 16u
struct probe {
    uint64_t main;              /* when its main() began */
    uint64_t woken[PROBE_WAITS]; /* when its last waits ended */
    uint64_t wait_count;
};

/* Reads it; false: it is the ordinary supervisor. */
bool probe_read(struct probe *probe);

#endif
