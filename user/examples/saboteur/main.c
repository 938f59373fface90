/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Does harm on purpose, and counts what comes of it; the campaigns of
 * tests/suite/campaigns drive it.  The kernel must be told to allow it, with
 * test.inject=1.
 *
 *      arun -t saboteur actors FROM TO         faults in actors
 *      arun -g 1 -t saboteur kernel FROM TO    faults in the kernel
 *      arun -g 1 -t saboteur soak DEATHS SITES deaths; nothing may leak
 *      arun -g 1 -t saboteur down [WAY,WAY...] every way down
 *
 * FROM and TO are lines of the archive's file "faults".
 */
#include <exec/chExec.h>
#include <hr/hr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define PRIORITY 5 /* before the supervisor */

static struct state *begin(void)
{
    struct state *state = state_open();

    if (!state_good(state) && !state->pending) {
        printf("saboteur: its own record is damaged\n");
        state->still_bad++;
    }
    state->lives++;
    state_seal(state);
    return state;
}

static unsigned long number(const char *text)
{
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    KnFifoThParms urgent = {K_SCHED_FIFO, PRIORITY};
    const char *what = argc > 1 ? argv[1] : "";
    const char *one = argc > 2 ? argv[2] : NULL;
    const char *two = argc > 3 ? argv[3] : NULL;

    if (threadScheduler(K_MYACTOR, K_MYSELF, NULL, &urgent) != K_OK) {
        printf("saboteur: runs with arun -t\n");
    } else if (strcmp(what, "actors") == 0 && two != NULL) {
        campaign_actors(number(one), number(two));
    } else if (strcmp(what, "kernel") == 0 && two != NULL) {
        campaign_kernel(begin(), number(one), number(two));
    } else if (strcmp(what, "soak") == 0 && number(two) > 0) {
        campaign_soak(begin(), number(one), number(two));
    } else if (strcmp(what, "down") == 0) {
        campaign_down(begin(), one != NULL ? one : "");
    } else {
        printf("saboteur: actors FROM TO | kernel FROM TO | "
               "soak DEATHS SITES | down [WAY,...]\n");
    }
    HR_EXIT_HDL();
    return 0;
}
