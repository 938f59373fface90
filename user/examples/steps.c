/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A parent and a child that finish four steps, once each and in order, however
 * often either of them is killed:
 *
 *      arun -g 4 steps
 *
 * The parent is a direct member of its restart group.  It starts the child
 * with hrfexecl() in each of its lives: the first time that loads it, later it
 * starts it again, in what is left to do.  The child keeps the number of
 * finished steps in a block and advances it as the last act of each, so what
 * a crash repeats is at most one step, and repeating that changes nothing.
 */
#include <errno.h>
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 4
#define TEXT_BYTES 16
#define STEP_MS 120

struct work {
    volatile unsigned done; /* finished steps */
    char text[STEPS][TEXT_BYTES];
};

static void pause_ms(unsigned ms)
{
    KnTimeVal time;

    K_MILLI_TO_TIMEVAL(&time, ms);
    (void)!threadDelay(&time);
}

static _Noreturn void give_up(const char *who, const char *why)
{
    printf("steps: %s: %s\n", who, why);
    HR_EXIT_HDL();
    exit(1);
}

/* The child holds the block: a user actor's is its own. */
static struct work *work_attach(void)
{
    PmmName name = {"RAM", "steps.work"};
    VmAddr address;
    int error = pmmAllocate(&address, &name, sizeof(struct work), HR_GROUP_KEY,
                            HR_GROUP_KEYSIZE);

    if (error != K_OK) {
        give_up("child", k_strerror(error));
    }
    return (struct work *)address;
}

static int child(void)
{
    struct work *work = work_attach();

    while (work->done < STEPS) {
        unsigned step = work->done;

        snprintf(work->text[step], TEXT_BYTES, "STEP %u", step + 1);
        printf("steps: child works on step %u\n", step + 1);
        pause_ms(STEP_MS);
        work->done = step + 1; /* the step is true from here on */
    }
    printf("steps: message:");
    for (unsigned step = 0; step < STEPS; step++) {
        printf(" %s", work->text[step]);
    }
    printf("\n");
    HR_EXIT_HDL();
    return 0;
}

/* Whether the child has not ended: should it fail, so does this actor. */
static bool runs(int aid)
{
    static KnActorInfo list[64];
    int count = actorList(list, sizeof(list));

    for (int i = 0; i < count && i < 64; i++) {
        if (list[i].aid == aid) {
            return list[i].state != HR_ACTOR_ENDED;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    PmmName base = {"RAM", "child"};
    HrStartInfo start;
    int aid;

    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        return child();
    }
    if (hrStartInfo(&start) != K_OK) {
        give_up("parent", "no start information");
    }
    printf("steps: parent, life %u\n", start.restarts);
    aid = hrfexecl(&base, "steps", NULL, NULL, "steps-child", "child",
                   (char *)0);
    if (aid < 0) {
        give_up("parent", strerror(errno));
    }
    /* The child's end is the end of the work. */
    while (runs(aid)) {
        pause_ms(STEP_MS / 4);
    }
    HR_EXIT_HDL();
    return 0;
}
