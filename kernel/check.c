/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  What the kernel keeps, it keeps for speed more than once: a list
 * and its length, an actor's account and the stocks it draws on, regions and
 * what the page tables map.  Each pair is counted anew here and compared.  It
 * is for tests: after any sequence of calls all of it must agree.
 */
#include "kernel/check.h"

#include "kernel/actor.h"
#include "kernel/census.h"
#include "kernel/config.h"
#include "kernel/totals.h"
#include "mm/frame.h"
#include "mm/spare.h"

static struct {
    uint64_t frames; /* that were taken before the first actor */
} check;

/* What all actors have together. */
struct sums {
    uint64_t frames, regions, threads;
    uint64_t owed[QUOTA_KINDS];
    unsigned actors;
};

void check_init(void)
{
    check.frames = frame_total() - frame_available() - spare_count();
}

static bool linked(const struct link *link)
{
    return link->next->prev == link && link->prev->next == link;
}

static bool alone(const struct link *link)
{
    return link->next == link && link->prev == link;
}

/* ---- Threads ------------------------------------------------------------- */

static const char *thread_check(const struct thread *thread)
{
    bool queued = !alone(&thread->in_queue);
    bool waits =
        avl_in_tree(&thread->in_time) || avl_in_tree(&thread->in_sync);

    if (!linked(&thread->in_queue))
        return "a thread's link is torn";
    switch (thread->state) {
    case THREAD_READY:
        if (!queued)
            return "a thread is ready and in no queue";
        if (thread->suspended)
            return "a thread is ready and suspended";
        return waits ? "a thread is ready and waits" : NULL;
    case THREAD_INACTIVE:
    case THREAD_SUSPENDED:
        if (queued || waits)
            return "a thread that cannot run is in a queue";
        return NULL;
    case THREAD_WAITING:
        return NULL;
    default:
        return "an actor has a thread that is free";
    }
}

static const char *threads_check(const struct actor *actor)
{
    const struct link *at = actor->threads.next;
    unsigned count = 0, ready = 0;

    for (; at != &actor->threads; at = at->next, count++) {
        const struct thread *thread =
            LIST_ENTRY(at, const struct thread, in_actor);
        const char *wrong = thread_check(thread);

        if (!linked(at) || count > totals()->threads)
            return "an actor's list of threads is torn";
        if (thread->actor != actor)
            return "a thread is in another actor's list";
        if (wrong != NULL)
            return wrong;
        if (thread_find(actor, thread->lid) != thread)
            return "a thread is not found by its number";
        ready += thread->state == THREAD_READY;
    }
    if (count != actor->thread_count)
        return "an actor has not as many threads as it says";
    if (ready != actor->account.ready)
        return "an actor's account has other ready threads";
    return NULL;
}

/* ---- Memory -------------------------------------------------------------- */

static unsigned prot_of(VmFlags options)
{
    unsigned prot = PROT_USER | PROT_READ;

    prot |= options & K_WRITABLE ? PROT_WRITE : 0;
    return prot | (options & K_EXECUTABLE ? PROT_EXEC : 0);
}

/* Every page of the region is mapped as its options say; *pages of them. */
static const char *region_check(const struct aspace *space,
                                const struct region *region, uint64_t *pages)
{
    uint64_t end = region->start + region->size;

    if (!page_aligned(region->start | region->size) || region->size == 0 ||
        end <= region->start || region->start < ASPACE_MIN || end > ASPACE_MAX)
        return "a region is not where one can be";
    if ((region->options & K_WRITABLE) && (region->options & K_EXECUTABLE))
        return "a region is writable and executable";
    *pages = 0;
    if (region->kind == K_RGN_RESERVED)
        return NULL;
    for (uint64_t at = region->start; at < end; at += PAGE_SIZE) {
        unsigned prot;
        paddr_t page;

        if (!ptab_lookup(&space->ptab, at, &page, &prot))
            return "a page of a region is not mapped";
        if (prot != prot_of(region->options))
            return "a page of a region has another protection";
        ++*pages;
    }
    return NULL;
}

static bool owns_memory(const struct region *region)
{
    return region->kind == K_RGN_MEMORY || region->kind == K_RGN_DATA ||
           region->kind == K_RGN_STACK;
}

/* The regions of a space, which has as many pages of blocks besides. */
static const char *space_check(const struct aspace *space, uint64_t in_blocks)
{
    uint64_t end = 0, mapped = in_blocks, owned = 0, tables = 0;
    const struct region *region = region_from(&space->list, 0);
    unsigned count = 0;

    for (; region != NULL; region = region_next(&space->list, region)) {
        uint64_t pages;
        const char *wrong = region_check(space, region, &pages);

        if (wrong != NULL)
            return wrong;
        if (!linked(&region->link) || region->start < end)
            return "regions are out of order";
        if (region->list != &space->list ||
            region_from(&space->list, region->start) != region)
            return "a region is not found where it is";
        if (region->gap != region->start - end)
            return "a region has another gap in front of it";
        end = region->start + region->size;
        mapped += pages;
        owned += owns_memory(region) ? pages : 0;
        count++;
    }
    if (count != space->list.count)
        return "a space has not as many regions as it says";
    if (owned != space->page_count)
        return "a space has not as much memory as it says";
    if (ptab_count(&space->ptab, &tables) != mapped)
        return "page tables map what no region or block has";
    return tables == space->ptab.tables
               ? NULL
               : "a space has not as many page tables as it says";
}

/* Every page of a block is mapped where it belongs. */
static const char *block_check(const struct aspace *space,
                               const struct bank_block *block)
{
    unsigned expected = prot_of(block->sealed ? 0 : K_WRITABLE);

    for (uint64_t at = 0; at < block->size; at += PAGE_SIZE) {
        uint64_t address = ASPACE_BANK_BASE + block->offset + at;
        unsigned prot;
        paddr_t page;

        if (!ptab_lookup(&space->ptab, address, &page, &prot) ||
            page.raw != block->memory.raw + at)
            return "a block is not mapped where it belongs";
        if (prot != expected)
            return "a page of a block has another protection";
    }
    return NULL;
}

/* The blocks that the actor holds; *pages of them. */
static const char *blocks_check(const struct actor *actor, uint64_t *pages)
{
    const struct pmm_holding *at = NULL;
    unsigned count = 0;

    *pages = 0;
    if (actor->state != HR_ACTOR_RUNNING)
        return NULL;
    while ((at = pmm_held_next(&actor->holder, at)) != NULL) {
        struct bank_block block;
        const char *wrong;

        count++;
        if (!bank_used(at->slot))
            return "an actor holds a block that is not there";
        block = bank_block(at->slot);
        wrong = block_check(&actor->space, &block);
        if (wrong != NULL)
            return wrong;
        *pages += block.size / PAGE_SIZE;
    }
    return count == actor->holder.held ? NULL
                                       : "an actor's blocks are miscounted";
}

/* ---- Actors -------------------------------------------------------------- */

static const char *quota_check(const struct actor *actor)
{
    const struct quota *quota = &actor->space.quota;

    if (quota->used[QUOTA_FRAMES] !=
            actor->space.page_count + actor->space.ptab.tables ||
        quota->used[QUOTA_REGIONS] != actor->space.list.count ||
        quota->used[QUOTA_THREADS] != actor->thread_count)
        return "an actor's quota counts other things than it has";
    return quota->trusted == actor_trusted(actor) &&
                   actor->holder.trusted == actor_trusted(actor)
               ? NULL
               : "an actor is not trusted by all alike";
}

/* It has no thread but the one that waits for its next life. */
static bool is_still(const struct actor *actor)
{
    const struct link *first = actor->threads.next;

    return actor->thread_count == 0 ||
           (actor->thread_count == 1 &&
            LIST_ENTRY(first, const struct thread, in_actor)->state ==
                THREAD_INACTIVE);
}

static const char *actor_check(const struct actor *actor)
{
    const char *wrong = threads_check(actor);
    uint64_t in_blocks = 0;

    if (wrong == NULL)
        wrong = blocks_check(actor, &in_blocks);
    if (wrong == NULL)
        wrong = space_check(&actor->space, in_blocks);
    if (wrong == NULL)
        wrong = quota_check(actor);
    if (wrong == NULL && actor->image != NULL && actor->image->users == 0)
        wrong = "an actor's image has no users";
    if (wrong == NULL && actor->state != HR_ACTOR_RUNNING && !is_still(actor))
        wrong = "an actor that is down has threads";
    return wrong;
}

static void sums_add(struct sums *sums, const struct actor *actor)
{
    const struct quota *quota = &actor->space.quota;

    sums->actors++;
    sums->frames += quota->used[QUOTA_FRAMES];
    sums->regions += quota->used[QUOTA_REGIONS];
    sums->threads += quota->used[QUOTA_THREADS];
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        if (quota->promised[kind] > quota->used[kind])
            sums->owed[kind] += quota->promised[kind] - quota->used[kind];
    }
}

/* The stocks: what is left, and what is owed to actors and to empty slots. */
static const char *stocks_check(const struct sums *sums)
{
    const uint64_t left[QUOTA_KINDS] = {
        [QUOTA_FRAMES] = frame_available(),
        [QUOTA_REGIONS] = region_available(),
        [QUOTA_THREADS] = thread_available(),
    };
    const uint64_t slot[QUOTA_KINDS] = {
        [QUOTA_REGIONS] = REGIONS_PROMISED,
        [QUOTA_THREADS] = 1,
    };

    if (left[QUOTA_THREADS] + sums->threads != totals()->threads)
        return "threads are lost";
    if (left[QUOTA_REGIONS] + sums->regions != totals()->regions)
        return "descriptors of regions are lost";
    if (left[QUOTA_FRAMES] + sums->frames + check.frames + spare_count() !=
        frame_total())
        return "frames are lost";
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        uint64_t owed =
            sums->owed[kind] + (totals()->actors - sums->actors) * slot[kind];

        if (owed != quota_owed(kind))
            return "more or less is owed than was promised";
        if (owed > left[kind])
            return "what is owed is not there";
    }
    return NULL;
}

const char *check_all(void)
{
    struct sums sums = {0};
    const char *wrong;

    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        wrong = actor_check(at);
        if (wrong != NULL)
            return wrong;
        sums_add(&sums, at);
    }
    wrong = stocks_check(&sums);
    return wrong != NULL || !bank_present() ? wrong : bank_check();
}
