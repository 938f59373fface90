/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in actors: each round harms one member of every group of victims,
 * and waits until it is clear what came of it.
 */
#include <hr/hr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define GROUPS 3
#define STEPS_WELL 2       /* so many steps later nothing has happened */
#define LOOK_US 500
#define HUNG_LOOKS 40      /* without a step: hangs */
#define USELESS_LOOKS 300  /* ... and nobody notices */
#define LOST_LOOKS 20000   /* is not brought back */
#define REPORT_LOOKS 1000
#define KILL_TYPE 255

/* The victims of a group, by place in the crew. */
static const unsigned group_first[GROUPS] = {0, 2, 3};
static const unsigned group_count[GROUPS] = {2, 1, 1};

static struct {
    unsigned long benign, crashed, hung, useless, ended, lost, refused;
    unsigned long changed, stray;
    int bystander_aid[CREW];
    unsigned long address[CREW]; /* of their blocks */
} sum;

struct wound {
    unsigned which;
    struct fault fault;
    KnActorInfo before;
    long step;
    unsigned looks;
    bool hung, useless, open;
};

static void inflict(struct wound *wound, unsigned group, unsigned long number)
{
    *wound = (struct wound){
        .which = group_first[group] + number % group_count[group],
        .open = true,
    };
    if (!fault_read(number, &wound->fault) ||
        !crew_find(wound->which, &wound->before)) {
        sum.refused++;
        wound->open = false;
        return;
    }
    wound->step = crew_step(wound->which);
    if (wound->fault.type == KILL_TYPE) {
        (void)!actorKill(wound->before.aid);
    } else if (actorInject(wound->before.aid, wound->fault.offset,
                           wound->fault.mask, wound->fault.size) <= 0) {
        sum.refused++;
        wound->open = false;
    }
}

/* Nothing came of it: what would stay for ever is taken back. */
static void heal(struct wound *wound)
{
    sum.benign++;
    wound->open = false;
    if (wound->fault.undo) {
        (void)!actorInject(wound->before.aid, wound->fault.offset,
                           wound->fault.mask, wound->fault.size);
    }
}

static void look_at_living(struct wound *wound)
{
    long step = crew_step(wound->which);

    if (step >= wound->step + STEPS_WELL) {
        heal(wound);
    } else if (wound->looks == HUNG_LOOKS) {
        wound->hung = true;
    } else if (wound->looks == USELESS_LOOKS) {
        sum.useless++;
        wound->useless = true;
        (void)!actorKill(wound->before.aid);
    }
}

static void look(struct wound *wound)
{
    KnActorInfo now;

    wound->looks++;
    now.state = 0;
    if (!crew_find(wound->which, &now)) {
        if (now.state == 0 || now.state == HR_ACTOR_ENDED) {
            sum.ended++;
            wound->open = false;
            crew_start(1);
        } else if (wound->looks > LOST_LOOKS) {
            sum.lost++;
            wound->open = false;
            printf("saboteur: FAILED: %s is not brought back\n",
                   crew[wound->which].name);
        }
        return;
    }
    if (now.aid == wound->before.aid) {
        look_at_living(wound);
    } else {
        sum.crashed += !wound->hung;
        sum.hung += wound->hung && !wound->useless;
        wound->open = false;
    }
}

/* Those who were not touched must not know of it, and each journal lies where
 * it always has. */
static void bystanders_check(void)
{
    KnActorInfo info;

    for (unsigned i = 0; i < CREW; i++) {
        if (crew_address(i) != sum.address[i]) {
            sum.changed++;
            printf("saboteur: FAILED: journal %s was at 0x%lx\n",
                   crew[i].name, sum.address[i]);
        }
    }
    for (unsigned i = VICTIMS; i < CREW; i++) {
        if (!crew_find(i, &info) || info.restarts != 0 ||
            info.aid != sum.bystander_aid[i] || crew_step(i) < 0) {
            sum.changed++;
            printf("saboteur: FAILED: %s has suffered\n", crew[i].name);
        }
    }
    sum.changed += still_check();
}

static void report(const char *what, unsigned long done)
{
    printf("saboteur: %s %lu: benign %lu crashed %lu hung %lu useless %lu "
           "ended %lu lost %lu refused %lu changed %lu stray %lu\n",
           what, done, sum.benign, sum.crashed, sum.hung, sum.useless,
           sum.ended, sum.lost, sum.refused, sum.changed,
           sum.stray);
}

/* A group gets its next wound when it is clear what came of the last. */
static void rounds_run(unsigned long from, unsigned long to)
{
    struct wound wounds[GROUPS] = {{.open = false}};
    unsigned long number = from;
    bool open = true;

    for (unsigned long looks = 1; open; looks++) {
        open = false;
        for (unsigned i = 0; i < GROUPS; i++) {
            if (wounds[i].open) {
                look(&wounds[i]);
            } else if (number < to) {
                inflict(&wounds[i], i, number++);
            }
            open |= wounds[i].open || number < to;
        }
        pause_us(LOOK_US);
        if (looks % REPORT_LOOKS == 0) {
            bystanders_check();
            report("faults", number - from);
        }
    }
}

/* All victims begun anew, with page tables, text and data as the first had. */
static struct usage settle(const struct usage *wanted)
{
    struct usage usage;

    for (unsigned i = 0; i < GROUPS; i++) {
        (void)!hrKillGroup(crew[group_first[i]].group);
    }
    crew_gone();
    crew_start(1);
    for (unsigned looks = 0; looks < LOST_LOOKS; looks++) {
        pause_us(LOOK_US);
        (void)!crew_wait();
        sum.stray += crew_strays_free();
        usage = usage_now();
        if (wanted == NULL ? looks > 400 : usage_equal(&usage, wanted)) {
            break;
        }
    }
    return usage;
}

void campaign_actors(unsigned long from, unsigned long to)
{
    struct usage before, after;
    KnActorInfo info;

    still_fill();
    crew_start(1);
    (void)!crew_wait();
    report("begins", from); /* whose memory is counted from here on */
    before = settle(NULL);
    for (unsigned i = 0; i < CREW; i++) {
        sum.bystander_aid[i] = crew_find(i, &info) ? info.aid : -1;
        sum.address[i] = crew_address(i);
    }
    rounds_run(from, to);
    bystanders_check();
    after = settle(&before);
    usage_print("before", &before);
    usage_print("after", &after);
    printf("saboteur: %s\n", usage_equal(&before, &after)
                                 ? "nothing leaked"
                                 : "FAILED: something leaked");
    report("done", to - from);
}
