/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in the kernel: each round flips bits in some places of it at once and
 * calls it in many ways.
 * If it stops, this actor's next life, in the kernel's next life, says how it
 * came back, and looks whether the blocks are as they were.
 */
#include <hr/hr.h>
#include <stdio.h>

#include "saboteur.h"

#define PASSES 2
#define AT_ONCE 3 /* lines of the table that are one round */
#define BEAT_MS 2000
#define PATIENCE 10 /* of the crew: QEMU counts few instructions in a second */

/* So many rounds without a stop: what they may have left behind in variables
 * is cleared by a restart of the site. */
#define BENIGN_ROW 20

static void report(const char *what, const struct state *state)
{
    printf("saboteur: %s %lu: benign %lu warm %lu reset %lu self %lu still "
           "%lu journals %lu refresh %lu\n",
           what, state->rounds, state->benign, state->warm, state->reset,
           state->self, state->still_bad, state->journals_bad, state->sites);
}

static bool inject_one(unsigned long number, bool again)
{
    struct fault fault;
    KnInject inject = {0};

    if (!fault_read(number, &fault)) {
        return false;
    }
    if (again && !fault.undo) {
        return true;
    }
    inject.where = fault.where;
    inject.size = fault.size;
    inject.offset = fault.offset;
    for (unsigned i = 0; i < K_INJECT_BYTES; i++) {
        inject.mask[i] = fault.mask[i];
    }
    return sysInject(&inject) == K_OK;
}

/* Again: takes back what would stay for ever. */
static void inject(unsigned long round, bool again)
{
    for (unsigned long i = 0; i < AT_ONCE; i++) {
        if (!inject_one(round * AT_ONCE + i, again) && !again) {
            printf("saboteur: fault %lu refused\n", round * AT_ONCE + i);
        }
    }
}

static void blocks_look(struct state *state)
{
    state->still_bad += still_check();
    for (unsigned i = 0; i < CREW; i++) {
        if (crew_step(i) < 0) {
            state->journals_bad++;
            printf("saboteur: journal %s is damaged\n", crew[i].name);
        }
    }
}

/* The kernel has gone on, and only this actor has not: it may be damaged still,
 * and what it says of blocks is not to be believed.  The next one will know. */
static _Noreturn void kernel_renew(struct state *state)
{
    inject(state->rounds - 1, true);
    state->self++;
    state->pending = 0;
    state->sites++;
    state_seal(state);
    site_restart();
}

/* The round that was begun in the life before has ended it. */
static void round_close(struct state *state)
{
    unsigned long epoch = epoch_now();

    if (state->pending && epoch == state->epoch) {
        kernel_renew(state);
    }
    if (state->pending) {
        state->warm += epoch >> 32 == state->epoch >> 32;
        state->reset += epoch >> 32 != state->epoch >> 32;
    }
    blocks_look(state);
    if (state->pending) {
        report("stop", state);
    }
    state->pending = 0;
}

void campaign_kernel(struct state *state, unsigned long from,
                     unsigned long to)
{
    unsigned row = 0;

    if (state->lives == 1) {
        still_fill();
        state->rounds = from;
    }
    crew_start(PATIENCE);
    (void)!crew_wait();
    round_close(state);
    state_seal(state);
    while (state->rounds < to) {
        if (row++ == BENIGN_ROW) {
            state->sites++;
            state_seal(state);
            site_restart();
        }
        (void)!hrHeartbeat(BEAT_MS);
        state->epoch = epoch_now();
        state->pending = 1;
        state->rounds++;
        inject(state->rounds - 1, false);
        work(PASSES);
        inject(state->rounds - 1, true);
        state->benign++;
        state->pending = 0;
        state_seal(state);
        if (state->rounds % 5 == 0) {
            report("round", state);
        }
    }
    (void)!hrHeartbeat(0);
    report("done", state);
}
