/* SPDX-License-Identifier: BSD-2-Clause
 *
 * RAM that one more of a kind takes, all of it: its pages, its page tables.
 * What it takes of what the kernel has set aside is told by sizes.py.
 */
#include "modes.h"

#include <pmm/chPmm.h>
#include <stdio.h>

static char stack[4096] __attribute__((aligned(16)));

static unsigned long free_bytes(void)
{
    KnSysInfo info;

    bench_must("sysInfo", sysInfo(&info));
    return info.memFree;
}

static void idle(void)
{
    (void)threadDelay(K_NOTIMEOUT);
    (void)threadDelete(K_MYACTOR, K_MYSELF);
}

static void tell(const char *name, unsigned long before)
{
    printf("value ram_%s %lu\n", name, before - free_bytes());
}

void mode_room(int argc, char **argv)
{
    KnRgnDesc region = {.size = K_PAGE_SIZE, .options = K_ANYWHERE};
    KnThreadLid lid;
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = idle,
        .dsUserStackPointer = stack + sizeof(stack),
    };
    PmmName name = {"RAM", "bench.room"};
    VmAddr address;
    unsigned long before = free_bytes();

    bench_spawn("idle", -1, 0, NULL);
    tell("actor", before);
    before = free_bytes();
    bench_must("thread", threadCreate(K_MYACTOR, &lid, K_ACTIVE, NULL, &start));
    tell("thread", before);
    before = free_bytes();
    bench_must("rgnAllocate", rgnAllocate(K_MYACTOR, &region));
    tell("region", before);
    before = free_bytes();
    region.options = K_ANYWHERE | K_WRITABLE;
    bench_must("rgnAllocate", rgnAllocate(K_MYACTOR, &region));
    tell("region_more", before);
    before = free_bytes();
    bench_must("pmmAllocate", pmmAllocate(&address, &name, 1, NULL, 0));
    tell("block", before);
    before = free_bytes();
    name.name[0] = 'B';
    bench_must("pmmAllocate", pmmAllocate(&address, &name, 1, NULL, 0));
    tell("block_more", before);
    bench_next(argc, argv);
}
