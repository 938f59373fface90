/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who is there while another actor makes system calls at random.
 *
 *      witness    looks at every byte it has, over and over: nobody may change
 *                 one
 *      miser      trusted; takes what is left of memory and of the bank but for
 *                 a little, so that any allocation of the others is the one
 *                 that fails
 */
#include "tests/fuzz/witness.h"

#include <mem/chMem.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WITNESS_BYTES 65536
#define WITNESS_REGIONS 16
#define MISER_START 0x40000000ul
#define MISER_PIECE 0x1000000ul /* the largest that it takes at a time */
#define MISER_BLOCKS 32

static unsigned char witness_bytes[WITNESS_BYTES];

static _Noreturn void failed(const char *what, long result)
{
    printf("fuzz: FAILED %s: %ld\n", what, result);
    exit(1);
}

static void pause_us(unsigned long us)
{
    KnTimeVal time = {0, (long)us * 1000};

    (void)!threadDelay(&time);
}

/* ---- The witness --------------------------------------------------------- */

static uint64_t sum_of(const KnRgnStat *region)
{
    const uint64_t *word = (const uint64_t *)region->startAddr;
    uint64_t sum = region->size;

    for (VmSize i = 0; i < region->size / sizeof(*word); i++)
        sum = (sum ^ word[i]) * 0x9e3779b97f4a7c15ul;
    return sum;
}

/* All regions that nobody writes: the stack is written, and addresses that
 * are only reserved have no bytes. */
static unsigned regions_list(KnRgnStat list[WITNESS_REGIONS])
{
    KnRgnDesc all = {.size = 0x7ffffffff000};
    int found = rgnStat(K_MYACTOR, &all, list,
                        WITNESS_REGIONS * sizeof(list[0]));
    unsigned count = 0;

    if (found <= 0 || found > WITNESS_REGIONS)
        failed("rgnStat", found);
    for (int i = 0; i < found; i++) {
        if (list[i].kind != K_RGN_STACK && list[i].kind != K_RGN_RESERVED)
            list[count++] = list[i];
    }
    return count;
}

void witness(void)
{
    KnRgnStat regions[WITNESS_REGIONS];
    uint64_t sums[WITNESS_REGIONS];
    PmmName name = {"RAM", "witness"};
    unsigned char *block;
    unsigned count;
    VmAddr address;

    if (pmmAllocate(&address, &name, WITNESS_BYTES, "witness", 7) != K_OK)
        failed("pmmAllocate", 0);
    block = (unsigned char *)address;
    for (unsigned i = 0; i < WITNESS_BYTES; i++)
        witness_bytes[i] = block[i] = (unsigned char)(i * 7 + (i >> 8));
    count = regions_list(regions);
    printf("fuzz: the witness watches %u regions\n", count);
    for (unsigned i = 0; i < count; i++)
        sums[i] = sum_of(&regions[i]);
    for (;;) {
        pause_us(WITNESS_PERIOD_US);
        for (unsigned i = 0; i < count; i++) {
            if (sum_of(&regions[i]) != sums[i])
                failed("a region of the witness", (long)i);
        }
    }
}

/* ---- The miser ----------------------------------------------------------- */

static struct {
    uint64_t random;
    VmSize taken; /* bytes from MISER_START on */
} miser_state;

static uint32_t below(uint32_t limit)
{
    uint64_t *random = &miser_state.random;

    *random = *random * 6364136223846793005ul + 1442695040888963407ul;
    return (uint32_t)((*random >> 33) % limit);
}

/* All memory that there is, in ever smaller pieces of one region. */
static void memory_take(void)
{
    for (VmSize size = MISER_PIECE; size >= K_PAGE_SIZE; size /= 2) {
        KnRgnDesc region = {.size = size, .options = K_WRITABLE};

        do {
            region.startAddr = MISER_START + miser_state.taken;
            if (rgnAllocate(K_MYACTOR, &region) != K_OK)
                break;
            miser_state.taken += size;
        } while (true);
    }
}

static void memory_leave(VmSize size)
{
    KnRgnDesc region = {.size = size};

    if (size > miser_state.taken)
        return;
    region.startAddr = MISER_START + miser_state.taken - size;
    if (size > 0 && rgnFree(K_MYACTOR, &region) != K_OK)
        failed("rgnFree", (long)size);
    miser_state.taken -= size;
}

static bool block_take(unsigned number, VmSize size)
{
    PmmName name = {"RAM", ""};
    VmAddr address;

    snprintf(name.name, sizeof(name.name), "miser.%u", number);
    return pmmAllocate(&address, &name, size, "miser", 5) == K_OK;
}

/* Of the bank's bytes, or of its places. */
static void bank_take(bool places)
{
    VmSize size = places ? K_PAGE_SIZE : MISER_PIECE;
    unsigned number = 0;

    while (number < MISER_BLOCKS && size >= K_PAGE_SIZE) {
        if (block_take(number, size))
            number++;
        else
            size /= 2;
    }
}

static void bank_leave(unsigned count)
{
    PmmName name = {"RAM", ""};

    while (count-- > 0) {
        snprintf(name.name, sizeof(name.name), "miser.%u",
                 below(MISER_BLOCKS));
        (void)!pmmFree(&name);
    }
}

bool miser_is_there(void)
{
    PmmBlockInfo list[MISER_BLOCKS];
    int count = pmmList(list, sizeof(list));

    for (int i = 0; i < count && i < MISER_BLOCKS; i++) {
        if (strncmp(list[i].name, "miser.", 6) == 0)
            return true;
    }
    return false;
}

void miser_clean(void)
{
    (void)!pmmFreeAll("miser", 5);
}

/* Most of the time a few pages are left, and now and then many: what needs a
 * lot must be possible, too. */
void miser(uint64_t seed)
{
    miser_state.random = seed;
    printf("fuzz: the miser takes all\n");
    memory_take();
    bank_take(false);
    for (;;) {
        bool many = below(3) == 0;

        memory_leave(K_PAGE_SIZE * (VmSize)below(many ? 200 : 24));
        if (below(4) == 0) {
            miser_clean();
            bank_take(below(2) == 0);
            bank_leave(many ? MISER_BLOCKS : below(4));
        }
        pause_us(200 + below(many ? 4000 : 1000));
        memory_take();
    }
}
