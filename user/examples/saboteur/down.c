/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every way down: each life looks whether all blocks are whole, says so, and
 * works; and takes one of the given ways at a random instant.  Without ways it
 * works until somebody else stops the machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define WAYS 32

static unsigned ways_read(const char *text, unsigned ways[WAYS])
{
    unsigned count = 0;
    char *end;

    while (*text >= '0' && *text <= '9' && count < WAYS) {
        ways[count++] = (unsigned)strtoul(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
    return count;
}

void campaign_down(struct state *state, const char *text)
{
    unsigned long seed = state->lives * 104729;
    unsigned ways[WAYS], count = ways_read(text, ways);
    KnInject inject = {.where = K_INJECT_PLANT};

    if (state->lives == 1) {
        still_fill();
    }
    crew_start(1);
    (void)!crew_wait();
    state->still_bad += still_check();
    for (unsigned i = 0; i < CREW; i++) {
        state->journals_bad += crew_step(i) < 0;
    }
    state_seal(state);
    printf("saboteur: life %lu: still %lu journals %lu\n", state->lives,
           state->still_bad, state->journals_bad);
    do {
        work(1 + (unsigned)(random_next(&seed) % 3));
    } while (count == 0);
    pause_us(1 + random_next(&seed) % 900);
    inject.offset = ways[random_next(&seed) % count];
    printf("saboteur: way %lu\n", inject.offset);
    (void)!sysInject(&inject);
    printf("saboteur: FAILED: way %lu went unnoticed\n", inject.offset);
}
