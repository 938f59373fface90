/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Ticks as time limits.  Not installed.
 */
#ifndef MICROKERNEL_CLOCK_H
#define MICROKERNEL_CLOCK_H

#include <kernel/abi.h>
#include <microkernel/base.h>
#include <stdbool.h>

/* An instant, or never. */
struct clock_limit {
    bool never;
    int64_t end_ns;
    KnTimeVal rest; /* what clock_rest() returned points here */
};

/* That many ticks from now; TICKS_UNLIMITED: never; any other number below 1
 * counts as 1. */
struct clock_limit clock_limit(int32_t ticks);

/* What is left until then, as a call of the kernel takes it. */
KnTimeVal *clock_rest(struct clock_limit *limit);

#endif
