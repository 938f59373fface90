/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Pages that were zeroed in advance.  A restart has to bring pages back to
 * zeros, and somebody waits for it; while nobody wants the processor a few are
 * made ready.
 */
#ifndef MM_SPARE_H
#define MM_SPARE_H

#include "mm/types.h"

/* Keeps none.  Once a start. */
void spare_init(void);

/* Nobody wants the processor: makes some ready, and comes back soon. */
void spare_work(void);

/* Exchanges a page, whose contents nobody wants any more, for one full of
 * zeros.  False: there is none, and nothing has changed. */
bool spare_exchange(paddr_t *page);

/* Frames that are kept here. */
unsigned spare_count(void);

#endif
