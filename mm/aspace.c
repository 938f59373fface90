/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Address spaces.  Every change is checked whole, prepared (which may fail),
 * and then made (which cannot).
 */
#include "mm/aspace.h"

#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/aspace_active.h"
#include "mm/aspace_quota.h"
#include "mm/frame.h"
#include "mm/kspace.h"
#include "mm/spare.h"

#define OPTIONS_KEPT (K_WRITABLE | K_EXECUTABLE | K_RESERVED | K_SUPERVISOR | \
                      K_NODEMAND | K_NOWAITFORMEMORY | K_INHERITCOPY | \
                      K_INHERITSHARE | K_NOSWAPOUT)
#define OPTIONS_KNOWN (OPTIONS_KEPT | K_FILLZERO | K_ANYWHERE | K_RESTRICTIVE)

/* What a page begins with. */
struct bytes {
    const void *from;
    size_t size;
};

KnError aspace_create(struct aspace *space, bool trusted)
{
    region_list_init(&space->list);
    space->page_count = 0;
    space->laid_out = false;
    quota_open(&space->quota, trusted);
    if (!quota_allows(&space->quota, QUOTA_FRAMES, 1, frame_available()) ||
        ptab_create(&space->ptab) != K_OK)
        return K_ENOMEM;
    aspace_account(space);
    aspace_enlist(space);
    return K_OK;
}

static unsigned options_prot(VmFlags options)
{
    unsigned prot = PROT_USER | PROT_READ;

    prot |= options & K_WRITABLE ? PROT_WRITE : 0;
    prot |= options & K_EXECUTABLE ? PROT_EXEC : 0;
    return prot;
}

static bool kind_owns_memory(unsigned kind)
{
    return kind == K_RGN_MEMORY || kind == K_RGN_DATA || kind == K_RGN_STACK;
}

/* Unmaps what part of the range the region covers, and frees what it owns. */
static void memory_drop(struct aspace *space, const struct region *region,
                        uint64_t start, uint64_t end)
{
    uint64_t from = region->start > start ? region->start : start;
    uint64_t region_end = region->start + region->size;
    uint64_t to = region_end < end ? region_end : end;
    paddr_t page;

    if (region->kind == K_RGN_RESERVED)
        return;
    for (uint64_t at = from; at < to; at += PAGE_SIZE) {
        if (!ptab_unmap(&space->ptab, at, &page))
            panic("page 0x%lx of a region is not mapped", at);
        aspace_outdate_page(space, at);
        if (!kind_owns_memory(region->kind))
            continue;
        frame_free(page);
        space->page_count--;
    }
}

static void range_drop(struct aspace *space, uint64_t start, uint64_t size)
{
    const struct region *region = region_from(&space->list, start);

    while (region != NULL && region->start < start + size) {
        memory_drop(space, region, start, start + size);
        region = region_next(&space->list, region);
    }
    region_remove(&space->list, start, size);
    aspace_account(space);
}

void aspace_clear(struct aspace *space)
{
    range_drop(space, 0, ASPACE_MAX);
    ASSERT(space->list.count == 0);
    ASSERT(space->page_count == 0);
    space->laid_out = false;
    if (space->ptab.tables > ASPACE_TABLES_KEPT) {
        aspace_deactivate(space);
        ptab_trim(&space->ptab);
        aspace_account(space);
    }
}

void aspace_note_layout(struct aspace *space)
{
    space->laid_out = true;
    space->layout_pages = space->page_count;
}

static const struct region *memory_from(const struct aspace *space,
                                        uint64_t address)
{
    const struct region *region = region_from(&space->list, address);

    while (region != NULL && region->kind != K_RGN_MEMORY)
        region = region_next(&space->list, region);
    return region;
}

void aspace_strip(struct aspace *space)
{
    const struct region *region;

    if (!space->laid_out || space->ptab.tables > ASPACE_TABLES_KEPT) {
        aspace_clear(space);
        return;
    }
    if (space->page_count == space->layout_pages)
        return; /* what is allocated has memory */
    region = memory_from(space, 0);
    while (region != NULL) {
        uint64_t start = region->start;

        range_drop(space, start, region->size);
        region = memory_from(space, start);
    }
    ASSERT(space->page_count == space->layout_pages);
}

/* Puts a page of zeros in the place of one, if there is one ready. */
static bool page_exchange(struct aspace *space, uint64_t at, paddr_t *page)
{
    if (!spare_exchange(page))
        return false;
    aspace_outdate(space);
    ptab_replace(&space->ptab, at, *page, aspace_current == space);
    return true;
}

/* Brings one page back to the bytes at from, and zeroes behind them. */
static void page_restore(struct aspace *space, uint64_t at, paddr_t page,
                         const struct bytes *want)
{
    char *bytes;
    bool zeroed = want->size < PAGE_SIZE && page_exchange(space, at, &page);

    bytes = kspace_pointer(page);
    if (!zeroed)
        aspace_outdate_page(space, at);
    if (!zeroed && want->size < PAGE_SIZE)
        arch_page_zero_from(bytes, want->size);
    if (want->size > 0)
        memcpy(bytes, want->from, want->size);
}

void aspace_restore(struct aspace *space, uint64_t start, uint64_t size,
                    const void *from, size_t from_size)
{
    const char *bytes = from;
    uint64_t at = start, end = start + size;
    paddr_t page;

    ASSERT(space->laid_out);
    while (at < end &&
           (at = ptab_take_dirty(&space->ptab, at, end, &page)) < end) {
        uint64_t done = at - start;
        uint64_t left = from_size > done ? from_size - done : 0;

        struct bytes want = {
            .from = left > 0 ? bytes + done : NULL,
            .size = left < PAGE_SIZE ? left : PAGE_SIZE,
        };

        page_restore(space, at, page, &want);
        at += PAGE_SIZE;
    }
}

void aspace_destroy(struct aspace *space)
{
    aspace_clear(space);
    aspace_deactivate(space);
    ptab_destroy(&space->ptab);
    aspace_delist(space);
    aspace_account(space);
    quota_close(&space->quota);
}

/* Maps new frames; on failure takes back what it had mapped. */
static KnError memory_give(struct aspace *space, const struct region *like)
{
    unsigned prot = options_prot(like->options);
    paddr_t page;

    for (uint64_t at = 0; at < like->size; at += PAGE_SIZE) {
        if (frame_allocate(&page) != K_OK) {
            struct region part = *like;

            part.size = at;
            memory_drop(space, &part, part.start, part.start + at);
            return K_ENOMEM;
        }
        ptab_map(&space->ptab, like->start + at, page, prot);
        space->page_count++;
    }
    return K_OK;
}

/* Takes addresses without memory behind them. */
static KnError reserved_add(struct aspace *space, const struct region *like)
{
    ASSERT(like->kind == K_RGN_RESERVED);
    if (!aspace_may_have_regions(space, 1))
        return K_ENOMEM;
    region_add(&space->list, like);
    aspace_account(space);
    space->laid_out = false;
    return K_OK;
}

KnError aspace_reserve(struct aspace *space, uint64_t start, uint64_t size)
{
    struct region like = {
        .start = start,
        .size = size,
        .options = K_RESERVED,
        .kind = K_RGN_RESERVED,
    };

    ASSERT(!region_overlaps(&space->list, start, size));
    return reserved_add(space, &like);
}

KnError aspace_add_memory(struct aspace *space, const struct region *like)
{
    KnError error = K_ENOMEM;

    ASSERT(kind_owns_memory(like->kind));
    ASSERT(!region_overlaps(&space->list, like->start, like->size));
    if (aspace_may_have(space, like, like->size >> PAGE_SHIFT) &&
        ptab_reserve(&space->ptab, like->start, like->size) == K_OK)
        error = memory_give(space, like);
    if (error == K_OK)
        region_add(&space->list, like);
    aspace_account(space);
    return error;
}

KnError aspace_share(struct aspace *space, uint64_t start, uint64_t size,
                     paddr_t memory, VmFlags options)
{
    struct region like = {
        .start = start,
        .size = size,
        .options = options,
        .kind = K_RGN_IMAGE,
    };
    KnError error = K_ENOMEM;

    ASSERT((options & K_WRITABLE) == 0);
    ASSERT(!region_overlaps(&space->list, start, size));
    if (aspace_may_have(space, &like, 0) &&
        ptab_reserve(&space->ptab, start, size) == K_OK &&
        ptab_map_run(&space->ptab, start, memory, size, options_prot(options)))
        error = K_OK;
    if (error == K_OK)
        region_add(&space->list, &like);
    aspace_account(space);
    return error;
}

/* Whole pages, no wrap, inside what an actor may name, outside the bank. */
static KnError range_check(uint64_t start, uint64_t *size)
{
    if (!page_aligned(start))
        return K_EROUND;
    if (*size == 0 || *size > ASPACE_MAX)
        return K_ESIZE;
    *size = page_up(*size);
    if (start < ASPACE_MIN || start > ASPACE_MAX - *size)
        return K_EADDR;
    if (start < ASPACE_BANK_END && start + *size > ASPACE_BANK_BASE)
        return K_EADDR;
    return K_OK;
}

/* Chooses the address of a region that has none. */
static KnError range_choose(const struct aspace *space, KnRgnDesc *desc)
{
    uint64_t low = ASPACE_ANYWHERE_MIN, high = ASPACE_ANYWHERE_MAX, start;

    if (desc->options & K_RESTRICTIVE) {
        low = desc->startAddr;
        high = desc->endAddr;
        if (!page_aligned(low) || !page_aligned(high))
            return K_EROUND;
        if (low < ASPACE_MIN || high > ASPACE_MAX || low >= high)
            return K_EADDR;
    }
    if (desc->size == 0 || desc->size > ASPACE_MAX)
        return K_ESIZE;
    if (region_find_hole(&space->list, low, high, page_up(desc->size),
                         &start) != K_OK)
        return K_ENOMEM;
    desc->startAddr = start;
    return K_OK;
}

static KnError options_check(VmFlags options)
{
    if (options & ~OPTIONS_KNOWN)
        return K_EINVAL;
    if ((options & K_WRITABLE) && (options & K_EXECUTABLE))
        return K_EPROT;
    return K_OK;
}

KnError aspace_allocate(struct aspace *space, KnRgnDesc *desc)
{
    KnRgnDesc want = *desc;
    KnError error = options_check(want.options);
    uint64_t size;

    if (error == K_OK && (want.options & (K_ANYWHERE | K_RESTRICTIVE)))
        error = range_choose(space, &want);
    if (error != K_OK)
        return error;
    size = want.size;
    error = range_check(want.startAddr, &size);
    if (error != K_OK)
        return error;
    if (region_overlaps(&space->list, want.startAddr, size))
        return K_EOVERLAP;

    struct region like = {
        .start = want.startAddr,
        .size = size,
        .options = want.options & OPTIONS_KEPT,
        .kind = want.options & K_RESERVED ? K_RGN_RESERVED : K_RGN_MEMORY,
        .opaque1 = want.opaque1,
        .opaque2 = want.opaque2,
    };
    error = like.kind == K_RGN_RESERVED ? reserved_add(space, &like)
                                        : aspace_add_memory(space, &like);
    if (error != K_OK)
        return error;
    desc->startAddr = like.start;
    desc->size = like.size;
    return K_OK;
}

/* Whether what lies in the range, if anything does, was allocated. */
static bool all_memory(const struct aspace *space, uint64_t start,
                       uint64_t size)
{
    const struct region *region = region_from(&space->list, start);

    for (; region != NULL && region->start < start + size;
         region = region_next(&space->list, region)) {
        if (region->kind != K_RGN_MEMORY)
            return false;
    }
    return true;
}

KnError aspace_free(struct aspace *space, const KnRgnDesc *desc)
{
    uint64_t size = desc->size;
    unsigned cost;
    KnError error;

    if (desc->options != 0)
        return K_EINVAL;
    if (aspace_block_at(space, uaddr(desc->startAddr), false))
        return K_EPRIV; /* pmmFree() frees blocks */
    error = range_check(desc->startAddr, &size);
    if (error != K_OK)
        return error;
    cost = region_remove_cost(&space->list, desc->startAddr, size);
    if (!aspace_may_have_regions(space, cost))
        return K_ENOMEM;
    if (!all_memory(space, desc->startAddr, size))
        space->laid_out = false;
    range_drop(space, desc->startAddr, size);
    return K_OK;
}

/* Up to where the bytes from address on may be read, or written: address, if
 * not even that one. */
static uint64_t allowed_until(const struct aspace *space, uint64_t address,
                              bool write)
{
    const struct region *region;

    if (aspace_in_bank(address))
        return aspace_block_at(space, uaddr(address), write)
                   ? page_down(address) + PAGE_SIZE
                   : address;
    region = region_from(&space->list, address);
    if (region == NULL || region->start > address ||
        region->kind == K_RGN_RESERVED ||
        (write && (region->options & K_WRITABLE) == 0))
        return address;
    return region->start + region->size;
}

bool aspace_allows_range(const struct aspace *space, uaddr_t at, uint64_t size,
                         bool write)
{
    uint64_t end = at.raw + size, next = at.raw;

    if (end < at.raw || end > ASPACE_MAX)
        return false;
    while (next < end) {
        uint64_t until = allowed_until(space, next, write);

        if (until == next)
            return false;
        next = until;
    }
    return true;
}
