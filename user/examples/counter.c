/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Counts for ever, through everything that can be survived.  Start it with
 *
 *      arun -g 1 counter [name]
 *
 * and kill it, restart the site, reset the machine: each life says where it
 * takes up the count.  The block carries the group's key, so that ending the
 * group (akill -g 1) frees it without a word from the program.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#define STEP_NS 20000000

static const char *start_words(HrStartKind kind)
{
    switch (kind) {
    case HR_START_RESTART:
        return "restart";
    case HR_START_SITE:
        return "restart of the site";
    default:
        return "fresh start";
    }
}

/* The count, in the block called after the program's argument. */
static volatile unsigned long *counter_attach(const char *block)
{
    PmmName name = {.medium = "RAM"};
    PmmDelKey key = HR_GROUP_KEY;
    VmAddr address;
    int error;

    strncpy(name.name, block, sizeof(name.name) - 1);
    error = pmmAllocate(&address, &name, sizeof(unsigned long), key,
                        HR_GROUP_KEYSIZE);
    if (error != K_OK) {
        printf("%s: no block: %s\n", block, k_strerror(error));
        return NULL;
    }
    return (volatile unsigned long *)address;
}

int main(int argc, char **argv)
{
    const char *block = argc > 1 ? argv[1] : "counter";
    volatile unsigned long *count = counter_attach(block);
    KnTimeVal step = {0, STEP_NS};
    HrStartInfo start;

    if (!count || hrStartInfo(&start) != K_OK) {
        HR_EXIT_HDL();
        return 1;
    }
    printf("%s: %s, goes on at %lu\n", block, start_words(start.kind), *count);
    for (;;) {
        (*count)++;
        (void)!threadDelay(&step);
    }
}
