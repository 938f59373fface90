/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Campaigns of faults from inside the machine; main.c says what for.
 */
#ifndef SABOTEUR_H
#define SABOTEUR_H

#include <reprise.h>
#include <stdbool.h>
#include <stddef.h>

/* One line of the table of faults, the archive's file "faults", which the host
 * has made from the disassembled victim. */
struct fault {
    unsigned char where; /* K_INJECT_...; of an actor 0 */
    unsigned char size;  /* bytes of the mask */
    unsigned char undo;  /* 1: flipped back if nothing came of it */
    unsigned char type;  /* for the host's statistics */
    unsigned spare;
    unsigned long offset; /* of an actor: an address */
    unsigned char mask[K_INJECT_BYTES];
};

/* What is left of one in use of the site, which must come back. */
struct usage {
    unsigned long memory, bank;
    unsigned blocks, held, threads, actors, regions;
};

/* In the block "saboteur": what outlives a life of it, and of the site. */
struct state {
    unsigned long magic;
    unsigned long rounds;      /* begun */
    unsigned long pending;     /* 1: the last of them has not ended */
    unsigned long epoch;       /* of the site in which it began */
    unsigned long benign, warm, reset, self; /* how rounds have ended */
    unsigned long still_bad, journals_bad; /* blocks found damaged */
    unsigned long deaths, sites;
    unsigned long lives; /* of saboteur, for its random numbers */
    struct usage base[2]; /* at the start of a site's life, and at its end */
    unsigned long based[2];
    unsigned long check; /* of all the above, while nothing is pending */
};

/* crew.c: the actors that a campaign is about. */
#define CREW 6      /* journals in all */
#define VICTIMS 4   /* the first of them */
struct member {
    const char *name; /* of its journal and of the actor */
    int group;
    unsigned beat_ms; /* it promises a sign of life so often */
};
extern const struct member crew[CREW];

/* Starts those that are not there; they promise their signs of life so many
 * times less often. */
void crew_start(unsigned patience);
/* Finds a member among the actors; false: it does not run. */
bool crew_find(unsigned which, KnActorInfo *info);
/* Waits until all of them run; false: they do not. */
bool crew_wait(void);
/* Reads a member's journal; the step it is at, or -1: it is damaged. */
long crew_step(unsigned which);
/* Waits until no victim is listed any more. */
void crew_gone(void);
/* Frees the blocks that damaged members have made under names that are not
 * theirs; how many. */
unsigned crew_strays_free(void);
/* Where a member's journal lies, or 0. */
unsigned long crew_address(unsigned which);

/* still.c: blocks that nobody holds and nobody writes. */
void still_fill(void);
/* How many of them are not as they were; those are made again. */
unsigned still_check(void);

/* tools.c */
void pause_us(unsigned long us);
unsigned long random_next(unsigned long *seed);
bool fault_read(unsigned long number, struct fault *fault);
struct usage usage_now(void);
bool usage_equal(const struct usage *one, const struct usage *other);
void usage_print(const char *what, const struct usage *usage);
struct state *state_open(void);
void state_seal(struct state *state);
bool state_good(const struct state *state);
/* Which life of the site this is. */
unsigned long epoch_now(void);
_Noreturn void site_restart(void);

/* work.c: calls the kernel in many ways, for some milliseconds. */
void work(unsigned passes);

/* The campaigns.  Those that return have ended. */
void campaign_actors(unsigned long from, unsigned long to);
void campaign_kernel(struct state *state, unsigned long from,
                     unsigned long to);
void campaign_soak(struct state *state, unsigned long deaths,
                   unsigned long sites);
void campaign_down(struct state *state, const char *ways);

#endif
