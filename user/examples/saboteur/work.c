/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Calls the kernel in many ways: what is damaged in it should be used.  The
 * results are not looked at: they come from a kernel that may be damaged.
 */
#include <am/astat.h>
#include <exec/chExec.h>
#include <mem/chMem.h>
#include <pmm/chPmm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saboteur.h"

#define STACK_BYTES 8192

static char stack[STACK_BYTES] __attribute__((aligned(16)));
static unsigned woken;

static void helper(void)
{
    woken = 1;
    (void)!syncWake(&woken, 1);
    (void)!threadDelete(K_MYACTOR, K_MYSELF);
}

static void threads(void)
{
    KnFifoThParms parameters = {K_SCHED_FIFO, 6};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = helper,
        .dsUserStackPointer = stack + STACK_BYTES,
    };
    KnTimeVal limit = {0, 2000000};
    KnThreadLid lid;

    woken = 0;
    if (threadCreate(K_MYACTOR, &lid, K_ACTIVE, &parameters, &start) != K_OK) {
        return;
    }
    (void)!syncWait(&woken, 0, &limit);
    (void)!threadDelete(K_MYACTOR, lid);
}

static void regions(void)
{
    KnRgnDesc desc = {.size = 0x5000, .options = K_ANYWHERE | K_WRITABLE};
    KnRgnDesc part = {.size = 0x1000};

    if (rgnAllocate(K_MYACTOR, &desc) != K_OK) {
        return;
    }
    memset((void *)desc.startAddr, 0x5a, 0x800);
    part.startAddr = desc.startAddr + 0x2000;
    (void)!rgnFree(K_MYACTOR, &part);
    desc.options = 0;
    (void)!rgnFree(K_MYACTOR, &desc);
}

static void blocks(void)
{
    static PmmBlockInfo list[8];
    PmmName name = {"RAM", "passing"};
    VmAddr address;

    if (pmmAllocate(&address, &name, 0x3000, "passing", 7) == K_OK) {
        memset((void *)address, 0x77, 64);
    }
    (void)!pmmList(list, sizeof(list));
    (void)!pmmFreeAll("passing", 7);
}

/* A member falls, and its group with it. */
static void deaths(unsigned pass)
{
    KnActorInfo info;

    if (pass % 4 == 1 && crew_find(pass / 4 % VICTIMS, &info)) {
        (void)!actorKill(info.aid);
    }
}

void work(unsigned passes)
{
    static KnActorInfo list[64];
    static KnSysInfo info;
    static unsigned pass;
    KnTimeVal time;

    while (passes-- > 0) {
        threads();
        regions();
        blocks();
        deaths(pass++);
        (void)!actorList(list, sizeof(list));
        (void)!sysInfo(&info);
        (void)!sysTime(&time);
        pause_us(500);
    }
}
