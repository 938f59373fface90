/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The smallest program that outlives its own crash.  Start it with
 *
 *      arun -g hello
 *
 * Its first life counts in a persistent block and then writes through a bad
 * pointer.  The supervisor runs it again from main(); the block is where it
 * was, so the second life knows that it is one, tidies up and ends.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <stdio.h>
#include <stdlib.h>

/* Gives up for good: without HR_EXIT_HDL() this would be one more crash. */
static void fail(const char *what, int error)
{
    printf("hello: %s: error %d\n", what, error);
    HR_EXIT_HDL();
    exit(1);
}

/* An address that faults for certain: a page that is reserved, not backed. */
static volatile int *bad_pointer(void)
{
    KnRgnDesc region = {
        .size = (VmSize)vmPageSize(),
        .options = K_ANYWHERE | K_RESERVED,
    };
    int error = rgnAllocate(K_MYACTOR, &region);

    if (error != K_OK) {
        fail("rgnAllocate", error);
    }
    return (volatile int *)region.startAddr;
}

int main(void)
{
    PmmName name = {"RAM", "hello.lives"};
    PmmDelKey key = "hello";
    VmAddr address;
    int *lives;
    int error;

    /* Makes the block, zeroed, or finds the one of the life before. */
    error = pmmAllocate(&address, &name, sizeof(*lives), key, sizeof(key));
    if (error != K_OK) {
        fail("pmmAllocate", error);
    }
    lives = (int *)address;
    (*lives)++;
    if (*lives == 1) {
        printf("hello: my first life, and here comes the crash\n");
        *bad_pointer() = 1;
    }
    printf("hello: back again, this is life %d\n", *lives);
    error = pmmFree(&name);
    if (error != K_OK) {
        fail("pmmFree", error);
    }
    HR_EXIT_HDL();
    exit(0);
}
