/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the parts of the first process share.
 */
#ifndef BENCH_INIT_H
#define BENCH_INIT_H

#include <stdint.h>

#include "../actors/counter.h"

#define ROUNDS 1000
#define PRIORITY 10 /* of SCHED_FIFO */

/* Arm's clock has one tick for an instruction here (peer.py), and Linux lets
 * programs read it. */
#if defined(__aarch64__)
static inline uint64_t linux_counter_read(void)
{
    uint64_t value;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value) : : "memory");
    return value;
}
#define counter_read linux_counter_read
#endif

struct row {
    unsigned count;
    uint64_t sample[ROUNDS];
};

extern uint64_t overhead; /* of reading the counter */

void row_add(struct row *row, uint64_t start, uint64_t end);
void row_tell(const char *name, struct row *row);
_Noreturn void fail(const char *what);
_Noreturn void off(void);

void calls(void);          /* calls.c: calls, threads, memory */
void restarts(void);       /* restarts.c: a program that crashes */
int life(void);            /* ... which this is */
_Noreturn void next(void); /* kexec.c: the next kernel, in place */

#endif
