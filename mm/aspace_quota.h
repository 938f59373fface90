/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a space may have more, and that it tells its quota what it has; for
 * mm/aspace.c.
 */
#ifndef MM_ASPACE_QUOTA_H
#define MM_ASPACE_QUOTA_H

#include "mm/aspace.h"

/* Tells the quota what the space has now. */
void aspace_account(struct aspace *space);

/* Whether the space may have so many more descriptors. */
bool aspace_may_have_regions(const struct aspace *space, unsigned count);

/* Whether the space may have a region more at a place, with as many pages of
 * its own, and the tables that both take; or tables alone.  Page tables that
 * map nothing may be given back for it. */
bool aspace_may_have(struct aspace *space, const struct region *like,
                     uint64_t pages);
bool aspace_may_have_tables(struct aspace *space, uint64_t start,
                            uint64_t size);

#endif
