/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who looks on while another actor ends by what it tries.  Nothing of others
 * changes: not a byte of the observer's, in its data or in a block; nobody
 * else ends; and what the kernel has written down agrees with itself.
 */
#include <pmm/chPmm.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/isolation/isolation.h"

#define BYTES 16384
#define ACTORS 70
#define LOOK_NS 100000000
#define PRIORITY 30 /* before who tries: its lives are shorter than a turn */

static unsigned char data[BYTES];
static const KnTimeVal look_period = {0, LOOK_NS};

static unsigned char byte_of(unsigned i)
{
    return (unsigned char)(i * 7 + (i >> 8));
}

static unsigned char *fill(void)
{
    PmmName name = {"RAM", "isolation-observer"};
    VmAddr address;

    if (pmmAllocate(&address, &name, BYTES, NULL, 0) != K_OK)
        failed("pmmAllocate", 0);
    for (unsigned i = 0; i < BYTES; i++)
        data[i] = ((unsigned char *)address)[i] = byte_of(i);
    return (unsigned char *)address;
}

static void bytes_look(const unsigned char *block)
{
    for (unsigned i = 0; i < BYTES; i++) {
        if (data[i] != byte_of(i) || block[i] != byte_of(i))
            failed("the observer's bytes", i);
    }
}

/* The lives of all but who tries: by their numbers, which are new each. */
static unsigned long others(void)
{
    static KnActorInfo actors[ACTORS];
    int count = actorList(actors, sizeof(actors));
    unsigned long sum = 0;

    for (int i = 0; i < count && i < ACTORS; i++) {
        if (actors[i].group < 0)
            sum = sum * 1000003 + (unsigned long)actors[i].aid;
    }
    return sum;
}

/* Whether the tries have begun, and are not over. */
static bool progress_there(void)
{
    PmmName name = {"RAM", PROGRESS_NAME};
    char byte;

    return pmmRead(&name, 0, &byte, 1) == 1;
}

void observe(void)
{
    KnFifoThParms urgent = {K_SCHED_FIFO, PRIORITY};
    const unsigned char *block = fill();
    unsigned long before = others(), looks = 0;
    bool begun = false;
    char words[80];

    if (threadScheduler(K_MYACTOR, K_MYSELF, NULL, &urgent) != K_OK)
        failed("threadScheduler", 0);
    printf("isolation: observed\n");
    while (!begun || progress_there()) {
        begun = begun || progress_there();
        bytes_look(block);
        if (others() != before)
            failed("somebody else has ended", looks);
        if (sysCheck(words, sizeof(words)) != K_OK) {
            printf("isolation: the kernel: %s\n", words);
            failed("sysCheck", looks);
        }
        looks++;
        (void)!threadDelay((KnTimeVal *)&look_period);
    }
    printf("isolation: %lu looks, nothing has changed\n", looks);
}
