/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Is what the counter counts instructions?  A loop of known length must take
 * just that, and nothing must take nothing.
 */
#include "modes.h"

#define LOOP 1000u

static struct bench_row row;

void mode_clock(int argc, char **argv)
{
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read();

        bench_add(&row, start, counter_read());
    }
    bench_tell("empty", &row);
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read();

        counter_loop(LOOP);
        bench_add(&row, start, counter_read());
    }
    bench_tell_at("loop", 2 * LOOP + 1, &row);
    bench_next(argc, argv);
}
