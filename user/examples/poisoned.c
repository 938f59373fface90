/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Crashes on its own state: its block counts lives, and every life that finds
 * more than one in it dies of that.  No restart helps, since the block
 * survives them all.  The supervisor notices, sets the block aside and starts
 * the program once without it:
 *
 *      arun -g 3 poisoned
 *
 * What was in the block is still there for whoever wants to know:
 *
 *      pmm show poison~aside1
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    PmmName name = {"RAM", "poison"};
    KnTimeVal step = {1, 0};
    HrStartInfo start;
    VmAddr address;
    int *lives;
    int error = pmmAllocate(&address, &name, sizeof(int), NULL, 0);

    if (error != K_OK || hrStartInfo(&start) != K_OK) {
        printf("poisoned: no block: %s\n", k_strerror(error));
        HR_EXIT_HDL();
        exit(1);
    }
    lives = (int *)address;
    (*lives)++;
    if (*lives > 1 || start.restarts == 0) {
        __builtin_trap();
    }
    printf("poisoned: life %d of a new block\n", *lives);
    for (;;) {
        (void)!threadDelay(&step);
    }
}
