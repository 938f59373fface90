/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A sealed block: settings that change seldom, and that nothing else may
 * change.  Start it with
 *
 *      arun -g 3 sealed
 *
 * The first life makes the settings, seals them and then stores to them by
 * mistake: it faults, and the settings are as they were.  Each later life
 * opens the seal, counts itself, seals again and waits.  When the contents
 * are no longer those that were sealed, pmmAllocate() says so, and the
 * settings are made anew.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct settings {
    volatile unsigned lives, speed;
};

static PmmName name = {"RAM", "settings"};

static _Noreturn void stop(const char *what, int error)
{
    printf("sealed: %s: %s\n", what, k_strerror(error));
    HR_EXIT_HDL();
    exit(1);
}

static struct settings *settings_open(void)
{
    VmAddr address;
    int error = pmmAllocate(&address, &name, sizeof(struct settings),
                            HR_GROUP_KEY, HR_GROUP_KEYSIZE);

    if (error == K_EFAIL) {
        printf("sealed: the settings are damaged: made anew\n");
        error = pmmFree(&name);
        if (error == K_OK) {
            error = pmmAllocate(&address, &name, sizeof(struct settings),
                                HR_GROUP_KEY, HR_GROUP_KEYSIZE);
        }
    }
    if (error != K_OK) {
        stop("no settings", error);
    }
    return (struct settings *)address;
}

/* The seal is open from the first line to the last, and no longer. */
static void settings_change(struct settings *settings)
{
    int error = pmmUnseal(&name);

    if (error == K_OK) {
        settings->lives++;
        settings->speed = 100 * settings->lives;
        error = pmmSeal(&name);
    }
    if (error != K_OK) {
        stop("no change", error);
    }
}

int main(void)
{
    struct settings *settings = settings_open();
    bool first = settings->lives == 0;

    settings_change(settings);
    printf("sealed: life %u, speed %u\n", settings->lives, settings->speed);
    if (first) {
        settings->speed = 7; /* the fault of this program */
        stop("nothing has held the store", K_EFAIL);
    }
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}
