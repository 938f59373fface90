/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Persistent blocks: what pmmAllocate(), pmmFree() and pmmFreeAll() promise.
 *
 *      arun blocks                 the checks
 *      arun blocks put NAME TEXT   leaves a text in a block
 *      arun blocks get NAME        says what text is in it
 *      arun blocks hold NAME       has a block and never lets go of it
 *      arun blocks take NAME       wants that block, frees it if it gets it
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

/* Of a block of several pages each is zero, whatever was there before. */
static void make_large(void)
{
    enum { BYTES = 9 * K_PAGE_SIZE };
    VmAddr address;

    for (int round = 0; round < 2; round++) {
        CHECK_RESULT(allocate("blocks.large", &address, BYTES, "k"), K_OK);
        CHECK(all_zero(address, BYTES));
        memset((char *)address, 'x', BYTES);
        CHECK_RESULT(free_block("blocks.large"), K_OK);
    }
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

/* The block, or 0 after a line about why not. */
static VmAddr attach(const char *block)
{
    VmAddr address = 0;
    int error = allocate(block, &address, K_PAGE_SIZE, "k");

    if (error != K_OK) {
        printf("blocks: no %s: %s\n", block, k_strerror(error));
        return 0;
    }
    return address;
}

static void put(const char *block, const char *text)
{
    VmAddr address = attach(block);

    if (address) {
        strncpy((char *)address, text, K_PAGE_SIZE - 1);
        printf("blocks: %s at 0x%lx holds %s\n", block, address, text);
    }
}

static void get(const char *block)
{
    VmAddr address = attach(block);

    if (address) {
        printf("blocks: %s at 0x%lx holds %s\n", block, address,
               (const char *)address);
    }
}

static void hold(const char *block)
{
    if (attach(block)) {
        printf("blocks: holds %s\n", block);
        for (;;) {
            (void)!threadDelay(K_NOTIMEOUT);
        }
    }
}

static void take(const char *block)
{
    if (attach(block)) {
        CHECK_RESULT(free_block(block), K_OK);
        printf("blocks: took %s and freed it\n", block);
    }
}

static void check_all(void)
{
    make_and_find();
    make_large();
    keys();
    refusals();
    check_report("blocks");
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (argc == 1) {
        check_all();
    } else if (argc == 4 && strcmp(verb, "put") == 0) {
        put(argv[2], argv[3]);
    } else if (argc == 3 && strcmp(verb, "get") == 0) {
        get(argv[2]);
    } else if (argc == 3 && strcmp(verb, "hold") == 0) {
        hold(argv[2]);
    } else if (argc == 3 && strcmp(verb, "take") == 0) {
        take(argv[2]);
    } else {
        printf("blocks: put NAME TEXT, get, hold or take NAME\n");
        return 1;
    }
    return 0;
}
