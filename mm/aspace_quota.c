/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a space may have more.
 */
#include "mm/aspace_quota.h"

#include "mm/aspace_active.h"
#include "mm/frame.h"

/* A free leaves the page tables, for they are often needed again.  So that a
 * region here and one there do not add up, a space with more of them than its
 * regions can need gives back those that are empty. */
#define TABLES_SPARE 2048

void aspace_account(struct aspace *space)
{
    quota_set(&space->quota, QUOTA_FRAMES,
              space->page_count + space->ptab.tables);
    quota_set(&space->quota, QUOTA_REGIONS, space->list.count);
}

bool aspace_may_have_regions(const struct aspace *space, unsigned count)
{
    return quota_allows(&space->quota, QUOTA_REGIONS, count,
                        region_available());
}

static bool may_have_frames(const struct aspace *space, uint64_t pages,
                            uint64_t start, uint64_t size)
{
    uint64_t tables = ptab_missing(&space->ptab, start, size);

    return space->ptab.tables + tables <=
               TABLES_SPARE + (space->page_count + pages) / PTAB_ENTRIES &&
           quota_allows(&space->quota, QUOTA_FRAMES, pages + tables,
                        frame_available());
}

/* The same, if need be with the help of tables that map nothing. */
static bool frames_can_be_had(struct aspace *space, uint64_t pages,
                              uint64_t start, uint64_t size)
{
    if (may_have_frames(space, pages, start, size))
        return true;
    aspace_outdate(space);
    ptab_prune(&space->ptab, aspace_active(space));
    aspace_account(space);
    return may_have_frames(space, pages, start, size);
}

bool aspace_may_have(struct aspace *space, const struct region *like,
                     uint64_t pages)
{
    if (!aspace_may_have_regions(space, 1) ||
        !quota_allows(&space->quota, QUOTA_FRAMES, pages, frame_available()))
        return false;
    return frames_can_be_had(space, pages, like->start, like->size);
}

bool aspace_may_have_tables(struct aspace *space, uint64_t start,
                            uint64_t size)
{
    return frames_can_be_had(space, 0, start, size);
}
