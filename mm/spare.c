/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pages that were zeroed in advance: those in front are, those behind wait for
 * it.  They are taken all at once, before any actor may ask how much memory is
 * free; after that none comes or goes, they are only exchanged.
 */
#include "mm/spare.h"

#include "arch/arch.h"
#include "kernel/config.h"
#include "mm/frame.h"
#include "mm/kspace.h"

static struct {
    paddr_t page[SPARE_PAGES];
    unsigned count, zeroed;
} spare;

void spare_init(void)
{
    spare.count = spare.zeroed = 0;
}

/* Frames come full of zeros. */
static void spare_fill(void)
{
    while (spare.count < SPARE_PAGES &&
           frame_allocate(&spare.page[spare.count]) == K_OK)
        spare.zeroed = ++spare.count;
}

void spare_work(void)
{
    unsigned budget = SPARE_PAGES_AT_ONCE;

    if (spare.count == 0)
        spare_fill();
    for (; budget > 0 && spare.zeroed < spare.count; budget--)
        arch_page_zero(kspace_pointer(spare.page[spare.zeroed++]));
}

bool spare_exchange(paddr_t *page)
{
    paddr_t used = *page;

    if (spare.zeroed == 0)
        return false;
    *page = spare.page[--spare.zeroed];
    spare.page[spare.zeroed] = used;
    return true;
}

unsigned spare_count(void)
{
    return spare.count;
}
