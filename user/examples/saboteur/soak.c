/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Soak: deaths of actors, of groups and of the site, one after the other; what
 * was in use before is in use afterwards, to the byte.
 */
#include <stdio.h>

#include "saboteur.h"

#define LOOKS 10000
#define LOOK_US 1000
#define SETTLE_LOOKS 300

/* Waits until as much is in use as in the first lives of the site. */
static bool usage_back(struct state *state, unsigned which)
{
    struct usage usage = usage_now();

    for (unsigned i = 0; i < LOOKS; i++) {
        if (state->based[which] ? usage_equal(&usage, &state->base[which])
                                : i >= SETTLE_LOOKS) {
            break;
        }
        pause_us(LOOK_US);
        usage = usage_now();
    }
    if (!state->based[which]) {
        state->base[which] = usage;
        state->based[which] = 1;
        usage_print(which == 0 ? "first" : "then", &usage);
    }
    if (usage_equal(&usage, &state->base[which])) {
        return true;
    }
    printf("saboteur: FAILED: not all came back\n");
    usage_print("wanted", &state->base[which]);
    usage_print("is", &usage);
    return false;
}

static bool kill_some(struct state *state, unsigned long count)
{
    unsigned long seed = state->lives * 7919;
    KnActorInfo info;

    for (unsigned long i = 0; i < count; i++) {
        unsigned which = (unsigned)(random_next(&seed) % VICTIMS);

        if (!crew_wait()) {
            printf("saboteur: FAILED: somebody is not brought back\n");
            return false;
        }
        if (crew_find(which, &info) && actorKill(info.aid) == K_OK) {
            /* the first two are one group, and fall together */
            state->deaths += which < 2 ? 2 : 1;
        }
        pause_us(random_next(&seed) % 400);
    }
    return crew_wait();
}

void campaign_soak(struct state *state, unsigned long deaths,
                   unsigned long sites)
{
    unsigned long each = deaths / sites + 1;
    bool good;

    if (state->lives == 1) {
        still_fill();
    }
    crew_start(1);
    good = crew_wait();
    state->sites++;
    /* What printing takes is taken from here on. */
    printf("saboteur: soak: life %lu of the site\n", state->sites);
    /* The first life of the site has started what later ones find. */
    if (state->sites > 1) {
        good = good && usage_back(state, 0);
        good = good && kill_some(state, each * 3 / 4 + 1);
        good = good && usage_back(state, 1);
    }
    if (state->sites % 10 == 0 || state->sites > sites) {
        state->still_bad += still_check();
        printf("saboteur: soak: sites %lu deaths %lu still %lu\n",
               state->sites - 1, state->deaths, state->still_bad);
    }
    if (!good || state->sites > sites) {
        printf("saboteur: soak %s\n", good ? "done" : "FAILED");
        return;
    }
    state_seal(state);
    site_restart();
}
