/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command that shows what actors have and may have.
 */
#include <reprise.h>
#include <stdio.h>

#include "shell.h"

static void share_print(unsigned long has, unsigned long may)
{
    char share[48];

    snprintf(share, sizeof(share), "%lu/%lu", has, may);
    printf(" %13s", share);
}

static void quota_print(const KnActorInfo *info, const KnActorQuota *quota)
{
    printf("%5d %-16s", info->aid, info->name);
    share_print(quota->memory / 1024, quota->memoryMax / 1024);
    share_print(quota->regions, quota->regionsMax);
    share_print(quota->threads, quota->threadsMax);
    share_print(quota->blocks, quota->blocksMax);
    share_print(quota->bank / 1024, quota->bankMax / 1024);
    printf("%s\n", quota->trusted ? "  trusted" : "");
}

void command_quota(int argc, char **argv)
{
    const KnActorInfo *list;
    int count = actors_get(&list);
    KnActorQuota quota;

    (void)argv;
    if (argc != 1) {
        complain_usage();
        return;
    }
    if (actorQuota(0, &quota) == K_OK) {
        printf("reserve: user actors leave %lu KiB of memory to trusted ones\n",
               quota.memoryReserve / 1024);
    }
    printf("%5s %-16s %13s %13s %13s %13s %13s\n", "AID", "NAME", "MEMORY K",
           "REGIONS", "THREADS", "BLOCKS", "BANK K");
    for (int i = 0; i < count; i++) {
        if (actorQuota(list[i].aid, &quota) == K_OK) {
            quota_print(&list[i], &quota);
        }
    }
}
