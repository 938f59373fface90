/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the programs that measure share: the counter, samples and their four
 * figures, and the chain.  Nobody looks on while something is measured: each
 * program starts the next one when it is done (bench_next).
 */
#ifndef BENCH_H
#define BENCH_H

#include <reprise.h>
#include <stdbool.h>
#include <stdint.h>

#include "counter.h"

#define BENCH_ROUNDS 1000u

/* Of rows that have fewer rounds than this, all are kept. */
#define BENCH_SAMPLES_MAX 4096u

/* The samples of one row. */
struct bench_row {
    unsigned count;
    uint32_t sample[BENCH_SAMPLES_MAX];
};

/* What reading the counter twice costs: measured once a life, taken off each
 * sample by bench_add(). */
uint64_t bench_overhead(void);

/* Adds what was counted between two readings. */
void bench_add(struct bench_row *row, uint64_t start, uint64_t end);

/* Prints the row's four figures, and empties it. */
void bench_tell(const char *name, struct bench_row *row);

/* The same for one point of a curve: what is n? */
void bench_tell_at(const char *name, unsigned long n, struct bench_row *row);

/* Prints what went wrong and switches the machine off: no figure is better
 * than a wrong one. */
_Noreturn void bench_fail(const char *what, long result);

/* The call must return 0 or more. */
static inline long bench_must(const char *what, long result)
{
    if (result < 0) {
        bench_fail(what, result);
    }
    return result;
}

/* Waits until what was printed is on the line, so that its interrupts do not
 * come in the middle of the next row. */
void bench_quiet(void);

/* Maps the named block, and says how many bytes it shall have. */
void *bench_block(const char *name, size_t size);

/* Starts file with its name and the words; a restartable one in group, or
 * -1. */
int bench_spawn(const char *file, int group, int argc, char **argv);

/* Starts the mode of the first word (modes.c), and leaves the others to it;
 * with none left, the machine is switched off. */
void bench_next(int argc, char **argv);

#endif
