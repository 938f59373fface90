/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many there may be of what.
 */
#include "kernel/totals.h"

#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/thread.h"
#include "mm/frame.h"
#include "mm/region.h"

static struct totals found;

static uint64_t between(uint64_t value, uint64_t low, uint64_t high)
{
    value = value < high ? value : high;
    return value > low ? value : low;
}

/* The number that the command line says, but no less than low, nor more than
 * a share of the RAM has room for. */
static unsigned number(const char *name, uint64_t otherwise, uint64_t low,
                       size_t size)
{
    uint64_t most = frame_total() * PAGE_SIZE / TOTALS_SHARE / size;
    uint64_t high = between(most, low, UINT32_MAX / 4);

    return (unsigned)cmdline_number(&(struct cmdline_number){
        name, between(otherwise, low, high), low, high});
}

static unsigned actors_number(void)
{
    uint64_t ram = frame_total() * PAGE_SIZE;
    uint64_t high = between(ram / ACTOR_RAM_LEAST, ACTORS_DEFAULT, ACTORS_MAX);

    return (unsigned)cmdline_number(&(struct cmdline_number){
        "kern.exec.maxActorNumber",
        between(ram / ACTOR_RAM, ACTORS_DEFAULT, ACTORS_MAX), ACTORS_MIN,
        high});
}

/* What all actors are promised, and the reserves, can be had in any case. */
void totals_init(void)
{
    unsigned actors = actors_number();

    found.actors = actors;
    found.promises = 2 * actors;
    found.threads = number("kern.exec.maxThreadNumber",
                           actors * THREADS_PER_ACTOR,
                           actors + RESERVE_THREADS, sizeof(struct thread));
    found.regions =
        number("kern.mem.maxRegionNumber", actors * REGIONS_PER_ACTOR,
               actors * REGIONS_PROMISED + RESERVE_REGIONS,
               sizeof(struct region));
}

const struct totals *totals(void)
{
    return &found;
}
