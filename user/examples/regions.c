/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Regions of memory: allocate, grow, split, shrink, free across borders and
 * holes, and look at the result.  A region is a range with one set of
 * attributes; neighbours that are alike are one region, however many calls
 * made them.
 */
#include <chorus.h>
#include <string.h>

#include "check.h"

#define PAGE ((VmSize)K_PAGE_SIZE)
#define KEPT "these bytes stay\n"

/* Regions in a range; their descriptions go to stat (at most 8). */
static int stat_range(VmAddr start, VmSize size, KnRgnStat *stat)
{
    KnRgnDesc range = {.startAddr = start, .size = size};

    return rgnStat(K_MYACTOR, &range, stat, 8 * sizeof(*stat));
}

static int allocate_at(VmAddr start, VmSize size, VmFlags options)
{
    KnRgnDesc region = {.startAddr = start, .size = size, .options = options};

    return rgnAllocate(K_MYACTOR, &region);
}

static int free_range(VmAddr start, VmSize size)
{
    KnRgnDesc range = {.startAddr = start, .size = size};

    return rgnFree(K_MYACTOR, &range);
}

static VmAddr allocate(VmSize size)
{
    KnRgnDesc region = {.size = size, .options = K_WRITABLE | K_ANYWHERE};

    CHECK_RESULT(rgnAllocate(K_MYACTOR, &region), K_OK);
    CHECK(region.startAddr % PAGE == 0);
    CHECK(region.startAddr + size <= 1ul << 32);
    return region.startAddr;
}

static bool all_zero(VmAddr start, VmSize size)
{
    const char *bytes = (const char *)start;

    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Two neighbours made by two calls are one region, and one call frees the
 * end of the one and the beginning of the other. */
static void grow_and_shrink(void)
{
    VmAddr high = allocate(6 * PAGE);
    VmAddr low = high - 3 * PAGE;
    KnRgnStat stat[8];

    CHECK(all_zero(high, 6 * PAGE));
    CHECK_RESULT(allocate_at(low, 3 * PAGE, K_WRITABLE), K_OK);
    CHECK_RESULT(stat_range(low, 9 * PAGE, stat), 1);
    CHECK(stat[0].startAddr == low && stat[0].size == 9 * PAGE);
    CHECK(stat[0].kind == K_RGN_MEMORY);
    strcpy((char *)low, KEPT);
    CHECK_RESULT(free_range(low + 2 * PAGE, 4 * PAGE), K_OK);
    CHECK_RESULT(stat_range(low, 9 * PAGE, stat), 2);
    CHECK(stat[0].startAddr == low && stat[0].size == 2 * PAGE);
    CHECK(stat[1].startAddr == high + 3 * PAGE && stat[1].size == 3 * PAGE);
    strcpy((char *)(high + 3 * PAGE), (const char *)low);
    CHECK(strcmp((const char *)(high + 3 * PAGE), KEPT) == 0);
    /* The range has a hole in it by now. */
    CHECK_RESULT(free_range(low, 9 * PAGE), K_OK);
    CHECK_RESULT(stat_range(low, 9 * PAGE, stat), 0);
}

/* A hole makes two regions of one; filling it makes them one again. */
static void hole_and_merge(void)
{
    VmAddr start = allocate(3 * PAGE);
    KnRgnStat stat[8];

    memset((void *)start, 1, 3 * PAGE);
    CHECK_RESULT(free_range(start + PAGE, PAGE), K_OK);
    CHECK_RESULT(stat_range(start, 3 * PAGE, stat), 2);
    CHECK_RESULT(allocate_at(start + PAGE, PAGE, K_WRITABLE), K_OK);
    CHECK_RESULT(stat_range(start, 3 * PAGE, stat), 1);
    CHECK(all_zero(start + PAGE, PAGE));
    CHECK(*(const char *)start == 1);
    CHECK(*(const char *)(start + 2 * PAGE) == 1);
    CHECK_RESULT(free_range(start, 3 * PAGE), K_OK);
}

/* Regions that differ do not merge. */
static void unlike_neighbours(void)
{
    VmAddr start = allocate(2 * PAGE);
    KnRgnStat stat[8];

    CHECK_RESULT(free_range(start, PAGE), K_OK);
    CHECK_RESULT(allocate_at(start, PAGE, 0), K_OK);
    CHECK_RESULT(stat_range(start, 2 * PAGE, stat), 2);
    CHECK((stat[0].options & K_WRITABLE) == 0);
    CHECK((stat[1].options & K_WRITABLE) != 0);
    CHECK_RESULT(free_range(start, 2 * PAGE), K_OK);
}

static void refusals(void)
{
    VmAddr start = allocate(PAGE);
    KnRgnStat stat[8];

    CHECK_RESULT(allocate_at(start, PAGE, K_WRITABLE), K_EOVERLAP);
    CHECK_RESULT(allocate_at(start - PAGE, 2 * PAGE, K_WRITABLE), K_EOVERLAP);
    CHECK_RESULT(allocate_at(start + 1, PAGE, K_WRITABLE), K_EROUND);
    CHECK_RESULT(allocate_at(start - PAGE, 0, K_WRITABLE), K_ESIZE);
    CHECK_RESULT(allocate_at(start - PAGE, PAGE, K_WRITABLE | K_EXECUTABLE),
                 K_EPROT);
    CHECK_RESULT(allocate_at(0, PAGE, K_WRITABLE), K_EADDR);
    CHECK(allocate_at(start - PAGE, ~0ul, K_WRITABLE) < 0);
    /* Nothing of all that left a trace. */
    CHECK_RESULT(stat_range(start - PAGE, 2 * PAGE, stat), 1);
    CHECK_RESULT(free_range(start, PAGE), K_OK);
}

int main(void)
{
    grow_and_shrink();
    hole_and_merge();
    unlike_neighbours();
    refusals();
    check_report("regions");
    return 0;
}
