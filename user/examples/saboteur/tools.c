/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What all campaigns use.
 */
#include <pmm/chPmm.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define STATE_MAGIC 0x726f746f62617301ul

void pause_us(unsigned long us)
{
    KnTimeVal time = {0, (long)us * 1000};

    (void)!threadDelay(&time);
}

unsigned long random_next(unsigned long *seed)
{
    *seed = *seed * 6364136223846793005ul + 1442695040888963407ul;
    return *seed >> 33;
}

bool fault_read(unsigned long number, struct fault *fault)
{
    return sysFile("faults", number * sizeof(*fault), fault,
                   sizeof(*fault)) == (int)sizeof(*fault);
}

struct usage usage_now(void)
{
    static KnSysInfo info;

    if (sysInfo(&info) != K_OK) {
        printf("saboteur: FAILED: no figures\n");
    }
    return (struct usage){
        .memory = info.memFree,
        .bank = info.bankFree,
        .blocks = info.bankBlocks,
        .held = info.blocksHeld,
        .threads = info.threads,
        .actors = info.actors,
        .regions = info.regions,
    };
}

bool usage_equal(const struct usage *one, const struct usage *other)
{
    return one->memory == other->memory && one->bank == other->bank &&
           one->blocks == other->blocks && one->held == other->held &&
           one->threads == other->threads && one->actors == other->actors &&
           one->regions == other->regions;
}

void usage_print(const char *what, const struct usage *usage)
{
    printf("saboteur: %s: free %lu, bank %lu, blocks %u, held %u, threads %u, "
           "actors %u, regions %u\n",
           what, usage->memory, usage->bank, usage->blocks, usage->held,
           usage->threads, usage->actors, usage->regions);
}

static unsigned long state_sum(const struct state *state)
{
    const unsigned long *word = (const unsigned long *)state;
    unsigned long sum = 0x5ab07e0ul;

    for (unsigned i = 0; i < offsetof(struct state, check) / sizeof(*word);
         i++) {
        sum = (sum ^ word[i]) * 0x9e3779b97f4a7c15ul;
        sum ^= sum >> 31;
    }
    return sum;
}

void state_seal(struct state *state)
{
    state->check = state_sum(state);
}

bool state_good(const struct state *state)
{
    return state->magic == STATE_MAGIC && state->check == state_sum(state);
}

struct state *state_open(void)
{
    PmmName name = {"RAM", "saboteur"};
    struct state *state;
    VmAddr address;
    int error = pmmAllocate(&address, &name, sizeof(*state), NULL, 0);

    if (error != K_OK) {
        printf("saboteur: FAILED: no block: %s\n", k_strerror(error));
        exit(1);
    }
    state = (struct state *)address;
    if (state->magic != STATE_MAGIC) {
        memset(state, 0, sizeof(*state));
        state->magic = STATE_MAGIC;
        state_seal(state);
    }
    return state;
}

unsigned long epoch_now(void)
{
    static KnSysInfo info;

    (void)!sysInfo(&info);
    return (unsigned long)info.boots << 32 | info.siteRestarts;
}

_Noreturn void site_restart(void)
{
    KnRebootDesc desc = {K_REBOOT_HOT};

    (void)!sysReboot(&desc);
    for (;;) {
        pause_us(1000);
    }
}
