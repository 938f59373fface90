/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command that shows what actors have and may have.
 */
#include <reprise.h>
#include <stdio.h>

#include "shell.h"

/* Widths of the columns: gigabytes in KiB, and some hundred of the others. */
enum { MEMORY = 17, COUNT = 9 };

static void share_print(int width, unsigned long has, unsigned long may)
{
    char share[48];

    snprintf(share, sizeof(share), "%lu/%lu", has, may);
    printf(" %*s", width, share);
}

static void quota_print(const KnActorInfo *info, const KnActorQuota *quota)
{
    printf("%5d %-16s", info->aid, info->name);
    share_print(MEMORY, quota->memory / 1024, quota->memoryMax / 1024);
    share_print(COUNT, quota->regions, quota->regionsMax);
    share_print(COUNT, quota->threads, quota->threadsMax);
    share_print(COUNT, quota->blocks, quota->blocksMax);
    share_print(MEMORY, quota->bank / 1024, quota->bankMax / 1024);
    printf("%s\n", quota->trusted ? "  trusted" : "");
}

void command_quota(int argc, char **argv)
{
    const KnActorInfo *list;
    int count = actors_get(&list);
    KnActorQuota quota;

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    if (actorQuota(0, &quota) == K_OK) {
        printf("reserve: user actors leave %lu KiB of memory to trusted ones\n",
               quota.memoryReserve / 1024);
    }
    printf("%5s %-16s %*s %*s %*s %*s %*s\n", "AID", "NAME", MEMORY,
           "MEMORY K", COUNT, "REGIONS", COUNT, "THREADS", COUNT, "BLOCKS",
           MEMORY, "BANK K");
    for (int i = 0; i < count; i++) {
        if (actorQuota(list[i].aid, &quota) == K_OK) {
            quota_print(&list[i], &quota);
        }
    }
}
