/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The actors that a campaign is about: journals, in restart groups.  Their
 * names are far from each other, so that no flipped bit makes one another.  The
 * bystanders' heartbeats have time for a host that is busy elsewhere.
 */
#include <pmm/chPmm.h>
#include <stdio.h>
#include <string.h>

#include "../journal.h"
#include "saboteur.h"

#define ACTORS 64
#define BLOCKS 30
#define PATIENCE_MS 10000

/* Two in one group fall together; the last two are bystanders. */
const struct member crew[CREW] = {
    {"oak", 2, 40},      {"birch", 2, 40},      {"willow", 3, 40},
    {"cypress", 4, 40},  {"granite", 5, 60000}, {"basalt", 6, 60000},
};

static KnActorInfo list[ACTORS];

static void member_start(unsigned which, unsigned patience)
{
    const struct member *member = &crew[which];
    KnActorSpawn spawn = {
        .path = "journal",
        .flags = K_SPAWN_RESTARTABLE,
        .group = member->group,
        .argc = 3,
    };
    int aid;

    /* argv: by its name it is listed, by its name it calls its journal */
    spawn.argsSize = 1 + (unsigned)snprintf(
        spawn.args, sizeof(spawn.args), "%s%c%s%c%u", member->name, 0,
        member->name, 0, member->beat_ms * patience);
    aid = actorSpawn(&spawn);
    if (aid < 0) {
        printf("saboteur: FAILED: %s: %s\n", member->name, k_strerror(aid));
    }
}

/* Looks a member up; its state, or 0. */
static int member_look(unsigned which, KnActorInfo *info)
{
    int count = actorList(list, sizeof(list));

    for (int i = 0; i < count && i < ACTORS; i++) {
        if (strcmp(list[i].name, crew[which].name) == 0) {
            *info = list[i];
            return list[i].state;
        }
    }
    return 0;
}

void crew_start(unsigned patience)
{
    KnActorInfo info;

    for (unsigned i = 0; i < CREW; i++) {
        int state = member_look(i, &info);

        if (state == 0 || state == HR_ACTOR_ENDED) {
            member_start(i, patience);
        }
    }
}

bool crew_find(unsigned which, KnActorInfo *info)
{
    return member_look(which, info) == HR_ACTOR_RUNNING;
}

bool crew_wait(void)
{
    KnActorInfo info;

    for (unsigned ms = 0; ms < PATIENCE_MS; ms++) {
        unsigned running = 0;

        for (unsigned i = 0; i < CREW; i++) {
            running += crew_find(i, &info) && info.blocks > 0;
        }
        if (running == CREW) {
            return true;
        }
        pause_us(1000);
    }
    return false;
}

void crew_gone(void)
{
    KnActorInfo info;

    for (unsigned i = 0; i < VICTIMS; i++) {
        for (unsigned ms = 0; ms < PATIENCE_MS; ms++) {
            if (member_look(i, &info) == 0) {
                break;
            }
            pause_us(1000);
        }
    }
}

long crew_step(unsigned which)
{
    PmmName name = {.medium = "RAM"};
    struct journal journal;
    long size;

    strcpy(name.name, crew[which].name);
    size = pmmRead(&name, 0, &journal, sizeof(journal));
    if (size < (long)sizeof(journal) || !journal_good(&journal)) {
        return -1;
    }
    return (long)journal.pages[journal.newest & 1].step;
}

static PmmBlockInfo blocks[BLOCKS];

static int blocks_list(void)
{
    int count = pmmList(blocks, sizeof(blocks));

    return count < BLOCKS ? count : BLOCKS;
}

unsigned long crew_address(unsigned which)
{
    int count = blocks_list();

    for (int i = 0; i < count; i++) {
        if (strcmp(blocks[i].name, crew[which].name) == 0) {
            return blocks[i].addr;
        }
    }
    return 0;
}

static bool name_known(const char *name)
{
    for (unsigned i = 0; i < CREW; i++) {
        if (strcmp(name, crew[i].name) == 0) {
            return true;
        }
    }
    return strncmp(name, "still-", 6) == 0 || strcmp(name, "saboteur") == 0 ||
           strncmp(name, PMM_SYSTEM_PREFIX, strlen(PMM_SYSTEM_PREFIX)) == 0;
}

unsigned crew_strays_free(void)
{
    int count = blocks_list();
    unsigned freed = 0;

    for (int i = 0; i < count; i++) {
        PmmName name = {.medium = "RAM"};

        if (name_known(blocks[i].name)) {
            continue;
        }
        memcpy(name.name, blocks[i].name, sizeof(name.name));
        freed += pmmFree(&name) == K_OK;
    }
    return freed;
}
