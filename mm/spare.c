/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pages that were zeroed in advance: those in front are, those behind wait for
 * it.  Once there are SPARE_PAGES of them none comes or goes, they are only
 * exchanged.
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

/* Takes one more frame, if there is one. */
static bool spare_grow(void)
{
    paddr_t page;

    if (spare.count == SPARE_PAGES || frame_allocate(&page) != K_OK)
        return false;
    spare.page[spare.count++] = spare.page[spare.zeroed];
    spare.page[spare.zeroed++] = page;
    return true;
}

void spare_work(void)
{
    for (unsigned i = 0; i < SPARE_PAGES_AT_ONCE; i++) {
        if (spare.zeroed < spare.count)
            arch_page_zero(kspace_pointer(spare.page[spare.zeroed++]));
        else if (!spare_grow())
            return;
    }
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
