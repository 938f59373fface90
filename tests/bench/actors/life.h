/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the lives of a program that crashes leave each other.
 */
#ifndef BENCH_LIFE_H
#define BENCH_LIFE_H

#include "bench.h"

#define LIFE_BLOCK "bench.life"
#define LIFE_GROUP 0

struct life {
    uint64_t fault; /* the counter just before the faulting instruction */
    struct bench_row restart; /* until main() had read this block */
    struct bench_row attach;  /* pmmAllocate() and the first word */
};

#endif
