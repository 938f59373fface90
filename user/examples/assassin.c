/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Kills the supervisor, again and again, at random instants of its work:
 *
 *      arun -t assassin VICTIM ROUNDS SEED
 *
 * Each round kills the victim, a restartable actor, so that there is work,
 * and the supervisor a random time later: before, during or after it.  Then
 * the victim must be back, once, and one restart older.  The kernel must be
 * told to put up with it: site.maxBootDeaths=1000000000.
 */
#include <exec/chExec.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRIORITY 5 /* before the supervisor, which it interrupts */
#define STACK_BYTES 32768
#define DELAY_US_MAX 1500
#define PATIENCE_MS 10000
#define ACTORS 64

static struct {
    const char *victim;
    unsigned rounds;
    unsigned long seed;
    KnActorInfo list[ACTORS];
    char stack[STACK_BYTES] __attribute__((aligned(16)));
} run;

static unsigned long random_next(void)
{
    run.seed = run.seed * 6364136223846793005ul + 1442695040888963407ul;
    return run.seed >> 33;
}

static void pause_us(unsigned long us)
{
    KnTimeVal time = {0, (long)us * 1000};

    (void)!threadDelay(&time);
}

/* How many actors of that name run; one of them. */
static unsigned find(const char *name, const KnActorInfo **found)
{
    int count = actorList(run.list, sizeof(run.list));
    unsigned running = 0;

    for (int i = 0; i < count && i < ACTORS; i++) {
        if (run.list[i].state == HR_ACTOR_RUNNING &&
            strcmp(run.list[i].name, name) == 0) {
            *found = &run.list[i];
            running++;
        }
    }
    return running;
}

static _Noreturn void fail(const char *what, unsigned round)
{
    printf("assassin: FAILED in round %u: %s\n", round, what);
    exit(1);
}

static void kill_one(const char *name, unsigned round)
{
    const KnActorInfo *info;

    if (find(name, &info) != 1 || actorKill(info->aid) != K_OK) {
        fail(name, round);
    }
}

/* Waits until the victim runs; its restarts. */
static unsigned back(unsigned round)
{
    const KnActorInfo *info;

    for (unsigned ms = 0; ms < PATIENCE_MS; ms++) {
        unsigned count = find(run.victim, &info);

        if (count > 1) {
            fail("the victim was started twice", round);
        }
        if (count == 1) {
            return info->restarts;
        }
        pause_us(1000);
    }
    fail("the victim was forgotten", round);
}

static void hunt(void)
{
    unsigned first = back(0);

    for (unsigned round = 1; round <= run.rounds; round++) {
        kill_one(run.victim, round);
        pause_us(1 + random_next() % DELAY_US_MAX);
        kill_one("supervisor", round);
        if (back(round) != first + round) {
            fail("not one restart for one kill", round);
        }
    }
    printf("assassin: the supervisor died %u times, and all is well\n",
           run.rounds);
    exit(0);
}

int main(int argc, char **argv)
{
    KnFifoThParms urgent = {K_SCHED_FIFO, PRIORITY};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = hunt,
        .dsUserStackPointer = run.stack + STACK_BYTES,
    };
    KnThreadLid thread;

    if (argc != 4) {
        printf("assassin: VICTIM ROUNDS SEED\n");
        return 1;
    }
    run.victim = argv[1];
    run.rounds = (unsigned)atoi(argv[2]);
    run.seed = (unsigned long)atoi(argv[3]);
    if (threadCreate(K_MYACTOR, &thread, K_ACTIVE, &urgent, &start) != K_OK) {
        printf("assassin: no thread\n");
        return 1;
    }
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}
