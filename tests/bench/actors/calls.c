/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The way into the kernel and back: to the same thread, to another one of the
 * same actor, to one of another actor.
 */
#include <stdbool.h>

#include "modes.h"

#define BLOCK "bench.switch"

/* What two threads that take turns both see. */
struct turns {
    volatile uint64_t left; /* the counter when the last one gave way */
    volatile bool done;
};

static struct {
    struct bench_row row;
    struct turns turns;
    char stack[8192] __attribute__((aligned(16)));
} self;

void mode_null(int argc, char **argv)
{
    for (unsigned i = 0; i < BENCH_ROUNDS; i++) {
        uint64_t start = counter_read();

        (void)threadSelf();
        bench_add(&self.row, start, counter_read());
    }
    bench_tell("null", &self.row);
    bench_next(argc, argv);
}

/* Gives way, and counts how long the other one took to get here. */
static void take_turns(struct turns *turns)
{
    while (self.row.count < BENCH_ROUNDS && !turns->done) {
        turns->left = counter_read();
        (void)threadDelay(K_NOBLOCK);
        bench_add(&self.row, turns->left, counter_read());
    }
}

static void other(void)
{
    while (!self.turns.done) {
        self.turns.left = counter_read();
        (void)threadDelay(K_NOBLOCK);
    }
    (void)threadDelete(K_MYACTOR, K_MYSELF);
}

void mode_yield(int argc, char **argv)
{
    KnThreadLid lid;
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = other,
        .dsUserStackPointer = self.stack + sizeof(self.stack),
    };

    bench_must("thread", threadCreate(K_MYACTOR, &lid, K_ACTIVE, NULL, &start));
    take_turns(&self.turns);
    self.turns.done = true;
    (void)threadDelay(K_NOBLOCK);
    bench_tell("yield", &self.row);
    bench_next(argc, argv);
}

void mode_switch(int argc, char **argv)
{
    char *words[] = {"partner"};
    struct turns *turns = bench_block(BLOCK, sizeof(*turns));

    *turns = (struct turns){.done = false};
    bench_spawn("bench", -1, 1, words);
    take_turns(turns);
    turns->done = true;
    bench_tell("switch", &self.row);
    bench_next(argc, argv);
}

void mode_partner(int argc, char **argv)
{
    struct turns *turns = bench_block(BLOCK, sizeof(*turns));

    (void)argc;
    (void)argv;
    while (!turns->done) {
        turns->left = counter_read();
        (void)threadDelay(K_NOBLOCK);
    }
}
