/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The memory of the registry.
 */
#include "leaf.h"

#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

static void *block_attach(PmmName *name, size_t size)
{
    VmAddr address = 0;
    int error = pmmAllocate(&address, name, size, NULL, 0);

    if (error >= 0) {
        return (void *)address;
    }
    say("no registry in the bank (%s): groups will not survive a "
        "restart of the site",
        k_strerror(error));
    return calloc(1, size);
}

struct table *leaf_first(void)
{
    PmmName name = {"RAM", HR_BOARD_NAME};

    return block_attach(&name, sizeof(struct table));
}

struct table_row *leaf_attach(unsigned number, bool make)
{
    PmmName name = {"RAM", ""};
    uint32_t word;

    snprintf(name.name, sizeof(name.name), HR_BOARD_NAME ".%u", number);
    if (!make && pmmRead(&name, 0, &word, sizeof(word)) < 0) {
        return NULL;
    }
    return block_attach(&name, LEAF_ROWS * sizeof(struct table_row));
}
