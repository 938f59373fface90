/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command about persistent blocks.  Looking never changes anything: a
 * name is looked up in the list first, since asking the kernel for a block
 * that is not there would make it.
 */
#include <ctype.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* The directory of the bank has room for as many. */
#define BLOCKS_LISTED 256

#define DUMP_BYTES 256
#define DUMP_BYTES_PER_LINE 16

static struct {
    PmmBlockInfo list[BLOCKS_LISTED];
} blocks;

static int blocks_get(void)
{
    int total = pmmList(blocks.list, sizeof(blocks.list));

    if (total < 0) {
        complain("no list of blocks: %s", k_strerror(total));
        return 0;
    }
    return total < BLOCKS_LISTED ? total : BLOCKS_LISTED;
}

static const PmmBlockInfo *block_find(const char *name)
{
    int count = blocks_get();

    for (int i = 0; i < count; i++) {
        if (strcmp(blocks.list[i].name, name) == 0) {
            return &blocks.list[i];
        }
    }
    complain("no block \"%s\" (pmm list lists them)", name);
    return NULL;
}

/* A key is any bytes: those that cannot be printed become dots. */
static void key_print(const PmmBlockInfo *block)
{
    unsigned size = block->delKeySize;

    if (size > 0 && block->delKey[size - 1] == 0) {
        size--;
    }
    for (unsigned i = 0; i < size; i++) {
        int c = (unsigned char)block->delKey[i];

        putchar(isprint(c) ? c : '.');
    }
    printf("\n");
}

static void list(void)
{
    int count = blocks_get();

    printf("%-24s %8s %-12s %-16s %7s  %s\n", "NAME", "SIZE", "ADDRESS",
           "OWNER", "HOLDERS", "KEY");
    for (int i = 0; i < count; i++) {
        const PmmBlockInfo *block = &blocks.list[i];

        printf("%-24s %7luK 0x%-10lx %-16s %7u  ", block->name,
               block->size / 1024, block->addr, block->owner, block->inUse);
        key_print(block);
    }
}

static void dump_line(const unsigned char *bytes, VmAddr address)
{
    printf("%lx ", address);
    for (int i = 0; i < DUMP_BYTES_PER_LINE; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("  |");
    for (int i = 0; i < DUMP_BYTES_PER_LINE; i++) {
        putchar(isprint(bytes[i]) ? bytes[i] : '.');
    }
    printf("|\n");
}

/* The bytes are copied out first: the block is held no longer than that. */
static bool block_peek(const PmmBlockInfo *block, unsigned char *bytes)
{
    PmmName name = {.medium = "RAM"};
    KnRgnDesc region = {.size = block->size};
    VmAddr address = 0;
    int error;

    memcpy(name.name, block->name, sizeof(name.name));
    error = pmmAllocate(&address, &name, block->size, NULL, 0);
    if (error < 0) {
        complain("%s: %s", block->name, k_strerror(error));
        return false;
    }
    memcpy(bytes, (const void *)address, DUMP_BYTES);
    region.startAddr = address;
    error = rgnFree(K_MYACTOR, &region);
    if (error < 0) {
        complain("%s: still held: %s", block->name, k_strerror(error));
    }
    return true;
}

static void show(const char *name)
{
    const PmmBlockInfo *block = block_find(name);
    unsigned char bytes[DUMP_BYTES];

    if (!block) {
        return;
    }
    printf("%s: %lu bytes at 0x%lx, allocated by %s, held by %u\n",
           block->name, block->size, block->addr, block->owner, block->inUse);
    if (!block_peek(block, bytes)) {
        return;
    }
    for (int at = 0; at < DUMP_BYTES; at += DUMP_BYTES_PER_LINE) {
        dump_line(bytes + at, block->addr + (VmAddr)at);
    }
}

static bool system_name(const char *name)
{
    if (strncmp(name, PMM_SYSTEM_PREFIX, strlen(PMM_SYSTEM_PREFIX)) == 0) {
        complain("%s belongs to the system", name);
        return true;
    }
    return false;
}

static void free_block(const char *word)
{
    PmmName name = {.medium = "RAM"};
    int error;

    if (system_name(word) || !block_find(word)) {
        return;
    }
    strncpy(name.name, word, sizeof(name.name) - 1);
    error = pmmFree(&name);
    if (error < 0) {
        complain("%s: %s", word, k_strerror(error));
    }
}

/* Programs make keys of strings with their NUL or without: the size is taken
 * from the first block whose key reads like the word. */
static size_t key_size(const char *word)
{
    size_t length = strlen(word);
    int count = blocks_get();

    for (int i = 0; i < count; i++) {
        const PmmBlockInfo *block = &blocks.list[i];
        bool with_nul = block->delKeySize == length + 1 &&
                        block->delKey[length] == 0;

        if ((with_nul || block->delKeySize == length) &&
            memcmp(block->delKey, word, length) == 0) {
            return block->delKeySize;
        }
    }
    return 0;
}

static void free_key(const char *word)
{
    PmmDelKey key = {0};
    size_t size;
    int error;

    if (system_name(word)) {
        return;
    }
    size = strlen(word) <= sizeof(key) ? key_size(word) : 0;
    if (size == 0) {
        complain("no block has the key \"%s\" (pmm list shows them)", word);
        return;
    }
    memcpy(key, word, strlen(word));
    error = pmmFreeAll(key, size);
    if (error < 0) {
        complain("key %s: %s", word, k_strerror(error));
    }
}

void command_pmm(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (strcmp(verb, "list") == 0 && argc == 2) {
        list();
    } else if (strcmp(verb, "show") == 0 && argc == 3) {
        show(argv[2]);
    } else if (strcmp(verb, "free") == 0 && argc == 4 &&
               strcmp(argv[2], "-k") == 0) {
        free_key(argv[3]);
    } else if (strcmp(verb, "free") == 0 && argc == 3) {
        free_block(argv[2]);
    } else {
        complain_usage();
    }
}
