/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Persistent blocks: what pmmAllocate(), pmmFree() and pmmFreeAll() promise.
 *
 *      arun blocks             the checks
 *      arun blocks hold NAME   holds a block and never lets go of it
 *      arun blocks take NAME   wants that block, and says how it went
 */
#include <pmm/chPmm.h>
#include <reprise.h>
#include <string.h>

#include "check.h"

static int allocate(const char *block, VmAddr *address, size_t size,
                    const char *key)
{
    PmmName name = {.medium = "RAM"};
    PmmDelKey bytes = {0};

    strncpy(name.name, block, sizeof(name.name) - 1);
    strncpy(bytes, key, sizeof(bytes) - 1);
    return pmmAllocate(address, &name, size, bytes, strlen(key) + 1);
}

static int free_block(const char *block)
{
    PmmName name = {.medium = "RAM"};

    strncpy(name.name, block, sizeof(name.name) - 1);
    return pmmFree(&name);
}

static int free_all(const char *key)
{
    PmmDelKey bytes = {0};

    strncpy(bytes, key, sizeof(bytes) - 1);
    return pmmFreeAll(bytes, strlen(key) + 1);
}

static bool all_zero(VmAddr start, VmSize size)
{
    const char *bytes = (const char *)start;

    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* A new block is zero, whole pages, and found again under its name. */
static void make_and_find(void)
{
    VmAddr first, again;

    CHECK_RESULT(allocate("blocks.a", &first, 5, "k"), K_OK);
    CHECK(first % K_PAGE_SIZE == 0);
    CHECK(all_zero(first, K_PAGE_SIZE));
    strcpy((char *)first, "kept");
    CHECK_RESULT(allocate("blocks.a", &again, 5, "k"), K_OK);
    CHECK(again == first);
    CHECK(strcmp((const char *)again, "kept") == 0);
    CHECK_RESULT(free_block("blocks.a"), K_OK);
    CHECK_RESULT(free_block("blocks.a"), K_EUNKNOWN);
    CHECK_RESULT(allocate("blocks.a", &again, 5, "k"), K_OK);
    CHECK(all_zero(again, K_PAGE_SIZE));
    CHECK_RESULT(free_block("blocks.a"), K_OK);
}

/* A key frees all that was made with it, and nothing else. */
static void keys(void)
{
    VmAddr address;

    CHECK_RESULT(allocate("blocks.1", &address, 1, "red"), K_OK);
    CHECK_RESULT(allocate("blocks.2", &address, 1, "red"), K_OK);
    CHECK_RESULT(allocate("blocks.3", &address, 1, "blue"), K_OK);
    CHECK_RESULT(free_all("red"), K_OK);
    CHECK_RESULT(free_all("red"), K_EUNKNOWN);
    CHECK_RESULT(free_block("blocks.1"), K_EUNKNOWN);
    CHECK_RESULT(free_block("blocks.2"), K_EUNKNOWN);
    CHECK_RESULT(free_block("blocks.3"), K_OK);
    CHECK_RESULT(free_all(HR_GROUP_KEY), K_EPRIV);
    CHECK_RESULT(free_all("__SYS.any"), K_EPRIV);
}

static void refusals(void)
{
    PmmName tape = {"TAPE", "blocks.a"};
    PmmDelKey key = "k";
    VmAddr address = 1;

    CHECK_RESULT(pmmAllocate(&address, &tape, 1, key, 2), K_EINVAL);
    CHECK_RESULT(pmmFree(&tape), K_EINVAL);
    CHECK_RESULT(allocate("blocks.a", &address, 0, "k"), K_ESIZE);
    CHECK(allocate("blocks.a", &address, 1ul << 40, "k") < 0);
    CHECK(allocate("blocks.a", &address, ~0ul, "k") < 0);
    CHECK(allocate("", &address, 1, "k") < 0);
    CHECK(address == 1);
    CHECK_RESULT(free_block("blocks.a"), K_EUNKNOWN);
    CHECK_RESULT(free_block("__SYS.supervisor"), K_EPRIV);
}

static int hold(const char *block)
{
    VmAddr address;
    int error = allocate(block, &address, 1, "k");

    if (error != K_OK) {
        printf("blocks: %s: %s\n", block, k_strerror(error));
        return 1;
    }
    printf("blocks: holds %s\n", block);
    for (;;) {
        (void)!threadDelay(K_NOTIMEOUT);
    }
}

static int take(const char *block)
{
    VmAddr address;
    int error = allocate(block, &address, 1, "k");

    if (error != K_OK) {
        printf("blocks: no %s: %s\n", block, k_strerror(error));
        return 1;
    }
    CHECK_RESULT(free_block(block), K_OK);
    printf("blocks: took %s and freed it\n", block);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "hold") == 0) {
        return hold(argv[2]);
    }
    if (argc == 3 && strcmp(argv[1], "take") == 0) {
        return take(argv[2]);
    }
    make_and_find();
    keys();
    refusals();
    check_report("blocks");
    return 0;
}
