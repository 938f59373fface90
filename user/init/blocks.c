/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command about persistent blocks.  Looking never changes anything, and
 * holds nothing: pmmList() and pmmRead() see blocks that others hold.
 */
#include <ctype.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* Of a block, what pmm show prints. */
#define DUMP_BYTES 256
#define LINE_BYTES 16

static struct {
    PmmBlockInfo *list;
    int room; /* in the list: it grows with the bank */
} blocks;

/* Makes room for so many blocks, and some that come meanwhile. */
static bool room_make(int count)
{
    PmmBlockInfo *list;

    if (count <= blocks.room) {
        return true;
    }
    list = realloc(blocks.list, (size_t)(count + 16) * sizeof(*list));
    if (!list) {
        return false;
    }
    blocks.list = list;
    blocks.room = count + 16;
    return true;
}

/* Lists all blocks, or as many as there is memory for, and says so. */
static int blocks_get(void)
{
    int total = pmmList(NULL, 0);

    if (total >= 0 && !room_make(total)) {
        complain("no memory to list more than %d of %d blocks", blocks.room,
                 total);
    }
    total = pmmList(blocks.list, (size_t)blocks.room * sizeof(*blocks.list));
    if (total < 0) {
        complain("no list of blocks: %s", k_strerror(total));
        return 0;
    }
    return total < blocks.room ? total : blocks.room;
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

    if (size == 0) {
        printf("-");
    }
    if (size > 0 && block->delKey[size - 1] == 0) {
        size--;
    }
    for (unsigned i = 0; i < size; i++) {
        int c = (unsigned char)block->delKey[i];

        putchar(isprint(c) ? c : '.');
    }
    printf("\n");
}

static const char *seal_word(const PmmBlockInfo *block)
{
    if (block->flags & PMM_BROKEN) {
        return "broken";
    }
    return block->flags & PMM_SEALED ? "sealed" : "-";
}

static void list(void)
{
    int count = blocks_get();

    printf("%-24s %8s %-12s %-16s %7s  %-6s  %s\n", "NAME", "SIZE", "ADDRESS",
           "OWNER", "HOLDERS", "SEAL", "KEY");
    for (int i = 0; i < count; i++) {
        const PmmBlockInfo *block = &blocks.list[i];

        printf("%-24s %7luK 0x%-10lx %-16s %7u  %-6s  ", block->name,
               block->size / 1024, block->addr, block->owner, block->inUse,
               seal_word(block));
        key_print(block);
    }
}

/* One line of a dump: address, bytes, and what of them can be printed. */
static void line_print(VmAddr address, const unsigned char *bytes)
{
    printf("%lx ", address);
    for (int i = 0; i < LINE_BYTES; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("  |");
    for (int i = 0; i < LINE_BYTES; i++) {
        putchar(isprint(bytes[i]) ? bytes[i] : '.');
    }
    printf("|\n");
}

static void show(const char *word)
{
    const PmmBlockInfo *block = block_find(word);
    unsigned char bytes[DUMP_BYTES];
    PmmName name = {.medium = "RAM"};
    long count;

    if (!block) {
        return;
    }
    printf("%s: %lu bytes at 0x%lx, allocated by %s, held by %u\n",
           block->name, block->size, block->addr, block->owner, block->inUse);
    strcpy(name.name, block->name);
    count = pmmRead(&name, 0, bytes, sizeof(bytes));
    if (count < 0) {
        complain("%s: %s", word, k_strerror((int)count));
    }
    for (long at = 0; at + LINE_BYTES <= count; at += LINE_BYTES) {
        line_print(block->addr + (VmAddr)at, bytes + at);
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
    } else if (strcmp(verb, "free") == 0 && argc == 3 &&
               strcmp(argv[2], "-k") != 0) {
        free_block(argv[2]);
    } else {
        complain_usage();
    }
}
