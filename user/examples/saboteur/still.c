/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Blocks that nobody holds and nobody writes: a byte of them that changes has
 * been changed by somebody who had no business there.
 */
#include <pmm/chPmm.h>
#include <stdio.h>

#include "saboteur.h"

#define BLOCKS 3
#define WORDS 8192 /* 64 KiB */

static unsigned long word_of(unsigned block, unsigned i)
{
    unsigned long word = ((unsigned long)block << 32 | i) + 0x517c1b727220a95ul;

    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ul;
    return word ^ word >> 27;
}

static PmmName name_of(unsigned block)
{
    PmmName name = {.medium = "RAM"};

    snprintf(name.name, sizeof(name.name), "still-%u", block);
    return name;
}

/* Who holds a block could be misled into writing it: so nobody does, and they
 * are read past the holder's map. */
static bool block_good(unsigned block)
{
    static unsigned long words[128];
    PmmName name = name_of(block);

    for (unsigned at = 0; at < WORDS; at += 128) {
        long size = pmmRead(&name, at * sizeof(*words), words, sizeof(words));

        if (size != (long)sizeof(words)) {
            printf("saboteur: still-%u: %ld bytes at 0x%lx\n", block, size,
                   at * sizeof(*words));
            return false;
        }
        for (unsigned i = 0; i < 128; i++) {
            if (words[i] != word_of(block, at + i)) {
                printf("saboteur: still-%u is damaged at 0x%lx: 0x%lx\n",
                       block, (at + i) * sizeof(*words), words[i]);
                return false;
            }
        }
    }
    return true;
}

static void block_fill(unsigned block)
{
    PmmName name = name_of(block);
    unsigned long *words;
    VmAddr address;
    int error = pmmAllocate(&address, &name, WORDS * sizeof(*words), NULL, 0);

    if (error != K_OK) {
        printf("saboteur: FAILED: still-%u: %s\n", block, k_strerror(error));
        return;
    }
    words = (unsigned long *)address;
    for (unsigned i = 0; i < WORDS; i++) {
        words[i] = word_of(block, i);
    }
}

void still_fill(void)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        block_fill(i);
    }
}

unsigned still_check(void)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < BLOCKS; i++) {
        if (!block_good(i)) {
            PmmName name = name_of(i);

            bad++;
            (void)!pmmFree(&name);
            block_fill(i);
        }
    }
    return bad;
}
