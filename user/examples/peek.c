/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Prints the first bytes of a persistent block:
 *
 *      arun -t peek NAME
 *
 * It holds the block until it ends, which is at once.  `pmm show` runs it.
 */
#include <ctype.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DUMP_BYTES 256
#define LINE_BYTES 16

/* Asking for a block that is not there would make it. */
static bool block_exists(const char *name)
{
    static PmmBlockInfo list[256];
    int count = pmmList(list, sizeof(list));

    for (int i = 0; i < count && i < 256; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void dump_line(const unsigned char *bytes)
{
    printf("%lx ", (VmAddr)bytes);
    for (int i = 0; i < LINE_BYTES; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("  |");
    for (int i = 0; i < LINE_BYTES; i++) {
        putchar(isprint(bytes[i]) ? bytes[i] : '.');
    }
    printf("|\n");
}

int main(int argc, char **argv)
{
    PmmName name = {.medium = "RAM"};
    VmAddr address;
    int error;

    if (argc != 2 || !block_exists(argv[1])) {
        printf("peek: name a block (pmm list lists them)\n");
        return 1;
    }
    strncpy(name.name, argv[1], sizeof(name.name) - 1);
    error = pmmAllocate(&address, &name, DUMP_BYTES, NULL, 0);
    if (error != K_OK) {
        printf("peek: %s: %s\n", argv[1], k_strerror(error));
        return 1;
    }
    for (int at = 0; at < DUMP_BYTES; at += LINE_BYTES) {
        dump_line((const unsigned char *)address + at);
    }
    return 0;
}
