/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What an actor may have, and that it may have exactly that:
 *
 *      arun limits            takes all it may, and gives it back
 *      arun -t limits trusted is not stopped there
 *      arun -g 2 limits children 3
 *      arun -g 2 limits alias NAME   takes all blocks under another name, and
 *                                    so does a child that it calls so
 *
 * actorQuota() tells the limits; with test.check=1 the kernel's accounts are
 * compared after each step.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define THREADS 8192 /* more than there are */
#define STACK_WORDS 64

static _Alignas(16) unsigned long stack[STACK_WORDS];

static struct {
    KnActorQuota quota;
    bool trusted;
} self;

static const KnActorQuota *quota(void)
{
    CHECK_RESULT(actorQuota(0, &self.quota), K_OK);
    return &self.quota;
}

/* The kernel's accounts agree, if it was told to look. */
static void agree(void)
{
    char words[80] = "";
    int error = sysCheck(words, sizeof(words));

    if (error == K_EFAIL)
        printf("limits: %s\n", words);
    CHECK(error == K_OK || error == K_ENOSYS);
}

static int allocate(KnRgnDesc *region, VmAddr at, VmSize size, VmFlags options)
{
    *region = (KnRgnDesc){.startAddr = at, .size = size, .options = options};
    return rgnAllocate(K_MYACTOR, region);
}

static void give(VmAddr at, VmSize size)
{
    KnRgnDesc region = {.startAddr = at, .size = size};

    CHECK_RESULT(rgnFree(K_MYACTOR, &region), K_OK);
}

/* Pages one by one, so that the last one shows; in one region. */
static void memory(void)
{
    VmAddr at = 0x10000000;
    KnRgnDesc region;
    VmSize before = quota()->memory, size = 0;

    while (allocate(&region, at + size, K_PAGE_SIZE, K_WRITABLE) == K_OK)
        size += K_PAGE_SIZE;
    if (self.trusted) {
        CHECK(quota()->memory > quota()->memoryReserve);
    } else {
        CHECK(quota()->memory == quota()->memoryMax);
        CHECK_RESULT(allocate(&region, at + size, 1, K_WRITABLE), K_ENOMEM);
    }
    agree();
    give(at, size);
    /* The page tables stay. */
    CHECK(quota()->memory < before + 16 * K_PAGE_SIZE + size / 256);
    CHECK_RESULT(allocate(&region, at, size, K_WRITABLE), K_OK);
    give(at, size);
    agree();
}

/* A trusted actor leaves what others are promised, and nothing else. */
static bool reached(unsigned count, unsigned max)
{
    return self.trusted ? count < max && count > max / 2 : count == max;
}

static void regions(void)
{
    VmAddr at = 0x20000000;
    unsigned before = quota()->regions, count = 0;
    KnRgnDesc region;

    while (allocate(&region, at + 2 * count * K_PAGE_SIZE, 1,
                    K_RESERVED) == K_OK)
        count++;
    CHECK(quota()->regions == before + count);
    CHECK(reached(quota()->regions, quota()->regionsMax));
    CHECK_RESULT(allocate(&region, 0, 1, K_ANYWHERE), K_ENOMEM);
    CHECK_RESULT(allocate(&region, 0, 1, K_ANYWHERE | K_RESERVED), K_ENOMEM);
    agree();
    give(at, 2 * count * K_PAGE_SIZE);
    CHECK(quota()->regions == before);
    agree();
}

static void wait_for_ever(void)
{
    (void)!threadDelay(K_NOTIMEOUT);
}

static void threads(void)
{
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = wait_for_ever,
        .dsUserStackPointer = &stack[STACK_WORDS],
    };
    static KnThreadLid lids[THREADS];
    unsigned count = 0;

    while (count < THREADS &&
           threadCreate(K_MYACTOR, &lids[count], K_INACTIVE, NULL, &start) ==
               K_OK)
        count++;
    CHECK(quota()->threads == count + 1);
    CHECK(reached(count + 1, quota()->threadsMax));
    agree();
    while (count > 0)
        CHECK_RESULT(threadDelete(K_MYACTOR, lids[--count]), K_OK);
    CHECK(quota()->threads == 1);
}

static int block(unsigned number, VmSize size)
{
    PmmName name = {"RAM", ""};
    VmAddr address;

    snprintf(name.name, sizeof(name.name), "limits.%u", number);
    return pmmAllocate(&address, &name, size, "limits", 6);
}

static void blocks(void)
{
    unsigned most = quota()->blocksMax, count = 0;
    VmSize bytes = quota()->bankMax;

    while (block(count, 1) == K_OK)
        count++;
    CHECK(quota()->blocks == count);
    CHECK(self.trusted ? count < most : count == most);
    CHECK_RESULT(block(count, 1), K_EFULL);
    CHECK_RESULT(block(0, 1), K_OK); /* it is there, and costs nothing */
    CHECK_RESULT(pmmFreeAll("limits", 6), K_OK);
    CHECK_RESULT(block(0, bytes + 1), self.trusted ? K_ESIZE : K_ESPACE);
    if (!self.trusted) {
        CHECK_RESULT(block(0, bytes), K_OK);
        CHECK(quota()->bank == bytes);
        CHECK_RESULT(block(1, 1), K_ESPACE);
        CHECK_RESULT(pmmFreeAll("limits", 6), K_OK);
    }
    CHECK(quota()->blocks == 0 && quota()->bank == 0);
    agree();
}

/* Starts children until it may not, each one a life that waits. */
static void children(void)
{
    KnActorSpawn child = {
        .path = "limits",
        .argc = 2,
        .argsSize = sizeof("limits\0child"),
        .args = "limits\0child",
    };
    unsigned count = 0;
    int result;

    do {
        snprintf(child.base, sizeof(child.base), "child%u", count);
        result = hrExec(&child);
    } while (result >= 0 && ++count < 100);
    printf("limits: %u children, then: %s\n", count, k_strerror(result));
}

/* Takes all blocks that it may, and keeps them. */
static void fill(void)
{
    unsigned count = 0;
    int result = K_OK;

    for (unsigned i = 100; result == K_OK || result == K_EBUSY; i++) {
        result = block(i, 1); /* K_EBUSY: another one has it */
        count += result == K_OK;
    }
    printf("limits: %u blocks, then: %s\n", count, k_strerror(result));
    HR_EXIT_HDL();
    wait_for_ever();
}

static void alias(char *name)
{
    KnActorSpawn child = {.path = "limits", .argc = 2, .base = "alias"};

    child.argsSize = (unsigned)snprintf(child.args, sizeof(child.args),
                                        "%s%cfill", name, 0) + 1;
    CHECK_RESULT(actorName(K_MYACTOR, NULL, name), K_OK);
    CHECK(hrExec(&child) >= 0);
    fill();
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";

    self.trusted = strcmp(way, "trusted") == 0;
    if (strcmp(way, "child") == 0) {
        wait_for_ever();
    } else if (strcmp(way, "fill") == 0) {
        fill();
    } else if (strcmp(way, "alias") == 0 && argc > 2) {
        alias(argv[2]);
    } else if (strcmp(way, "children") == 0) {
        children();
        HR_EXIT_HDL();
        return 0;
    }
    CHECK(quota()->trusted == self.trusted);
    CHECK_RESULT(actorQuota(quota()->aid, &self.quota), K_OK);
    memory();
    regions();
    threads();
    blocks();
    check_report("limits");
    return 0;
}
