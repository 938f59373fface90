/* SPDX-License-Identifier: BSD-2-Clause
 *
 * By the calls that look before they touch: a page is the actor's own, with
 * the rights of its region, or it is refused.
 */
#include "tests/fuzz/isolation/isolation.h"

#include <stdio.h>

#define REGIONS 128

static struct {
    KnRgnStat list[REGIONS];
    int count;
} regions;

void regions_get(void)
{
    KnRgnDesc all = {.startAddr = 0, .size = 1ul << 47};

    regions.count = rgnStat(K_MYACTOR, &all, regions.list,
                            sizeof(regions.list));
    if (regions.count <= 0 || regions.count > REGIONS)
        failed("rgnStat", (unsigned long)regions.count);
}

const KnRgnStat *region_at(unsigned long at)
{
    for (int i = 0; i < regions.count; i++) {
        if (at - regions.list[i].startAddr < regions.list[i].size)
            return &regions.list[i];
    }
    return NULL;
}

/* Both calls look at memory and leave it as it is: one reads a word of it,
 * the other would write one, but for what a user actor may not do. */
static void page_try(unsigned long at)
{
    static KnActorPrivilege wish = K_SYSTEMACTOR;
    const KnRgnStat *region = region_at(at);
    bool may_read = region != NULL && region->kind != K_RGN_RESERVED;
    bool may_write = may_read && (region->options & K_WRITABLE);

    if ((syncWake((void *)at, 0) == K_OK) != may_read)
        failed("a page for reading", at);
    if (at != 0 && actorPrivilege(K_MYACTOR, (void *)at, &wish) !=
                       (may_write ? K_EPRIV : K_EFAULT))
        failed("a page for writing", at);
}

void pages(unsigned long step)
{
    unsigned long count = 0, random = step;

    regions_get();
    for (unsigned long at = 0; at < LOW_END; at += step * PAGE, count++)
        page_try(at);
    for (int i = 0; i < regions.count; i++) { /* the edges of what is ours */
        unsigned long start = regions.list[i].startAddr;
        unsigned long end = start + regions.list[i].size;

        page_try(start);
        page_try(start - 4);
        page_try(end - 4);
        page_try(end);
        count += 4;
    }
    for (int i = 0; i < 100000 / (int)step + 1000; i++, count++) {
        random = random * 6364136223846793005ul + 1442695040888963407ul;
        page_try((random | (i % 2 ? 0xfffful << 48 : LOW_END)) & ~3ul);
    }
    printf("isolation: %lu pages, each as it should be\n", count);
}
