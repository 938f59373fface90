/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Chains of numbers with equal hashes.
 */
#include "mm/bank_chain.h"

#include <stddef.h>

#include "kernel/assert.h"
#include "mm/kspace.h"

bool bank_chains_init(struct bank_chains *chains, unsigned count)
{
    static const uint32_t nowhere = BANK_CHAIN_END;
    uint32_t size = 1;

    while (size < count)
        size *= 2;
    ASSERT(size < BANK_CHAIN_HEAD);
    *chains = (struct bank_chains){
        .first = (uint32_t *)(uintptr_t)&nowhere,
        .mask = size - 1,
    };
    if (count == 0)
        return true;
    chains->first = kspace_table(size * sizeof(*chains->first));
    chains->links = kspace_table(count * sizeof(*chains->links));
    return chains->first != NULL && chains->links != NULL;
}

void bank_chain_add(struct bank_chains *chains, uint32_t number, uint32_t hash)
{
    uint32_t index = hash & chains->mask;
    struct bank_link *link = &chains->links[number];
    uint32_t first;

    while (chains->known <= number)
        chains->links[chains->known++].before = BANK_CHAIN_NONE;
    ASSERT(link->before == BANK_CHAIN_NONE);
    first = chains->first[index];
    if (first >= chains->known ||
        chains->links[first].before != (BANK_CHAIN_HEAD | index))
        first = BANK_CHAIN_END;
    else
        chains->links[first].before = number;
    *link = (struct bank_link){hash, first, BANK_CHAIN_HEAD | index};
    chains->first[index] = number;
}

void bank_chain_remove(struct bank_chains *chains, uint32_t number)
{
    struct bank_link *link = &chains->links[number];
    uint32_t before = link->before, next = link->next;

    ASSERT(number < chains->known);
    ASSERT(before != BANK_CHAIN_NONE);
    if (next != BANK_CHAIN_END)
        chains->links[next].before = before;
    if ((before & BANK_CHAIN_HEAD) == 0)
        chains->links[before].next = next;
    else if (next != BANK_CHAIN_END)
        chains->first[before & ~BANK_CHAIN_HEAD] = next;
    link->before = BANK_CHAIN_NONE;
}
