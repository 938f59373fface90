/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Who has which block.  A holding is in two lists: the blocks of a
 * holder, and the holders of a block.  So the end of an actor costs by what it
 * has, and that of a block by who has it.  Mostly a block is one actor's, and
 * so each slot comes with one holding; for more there are some to spare.
 *
 * When a holder rests between two lives its holdings stay, as a memory of what
 * it had.  They are in nobody's way: what is needed for a block that somebody
 * has now may be taken from them.
 *
 * Nobody fills the tables: a slot is in them from when it is first asked for.
 */
#include "kernel/assert.h"
#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/kspace.h"
#include "mm/pmm_core.h"

/* What is known of the block in a slot. */
struct tally {
    unsigned held, users;      /* who has it; and how many nobody trusts */
    struct pmm_holding *first; /* who has it, or had it and rests */
    struct pmm_holding own;    /* .holder NULL: spare */
};

/* What attaching and detaching wait for. */
#define HOT inline __attribute__((always_inline))

static struct {
    struct link resting;   /* struct pmm_holder.link */
    struct tally *tallies; /* of the slots */
    struct pmm_holding *more;
    struct pmm_holding *spare; /* of those */
    unsigned known, made;      /* tallies, and of the others, that were used */
    unsigned capacity;         /* so many of either */
} holdings;

void pmm_init(void)
{
    unsigned capacity = bank_capacity();

    memset(&holdings, 0, sizeof(holdings));
    list_init(&holdings.resting);
    holdings.capacity = capacity;
    if (capacity == 0)
        return;
    holdings.tallies = kspace_table(capacity * sizeof(*holdings.tallies));
    holdings.more = kspace_table(capacity * sizeof(*holdings.more));
    if (holdings.tallies == NULL || holdings.more == NULL)
        panic("no memory for those who hold the bank's %u blocks", capacity);
}

static __attribute__((noinline)) void tallies_know(unsigned slot)
{
    ASSERT(slot < holdings.capacity);
    while (holdings.known <= slot) {
        struct tally *tally = &holdings.tallies[holdings.known];

        *tally = (struct tally){.own.slot = holdings.known++};
        list_init(&tally->own.link);
    }
}

static HOT struct tally *tally_of(unsigned slot)
{
    if (slot >= holdings.known)
        tallies_know(slot);
    return &holdings.tallies[slot];
}

static struct pmm_holding *holding_of(struct link *link)
{
    return LIST_ENTRY(link, struct pmm_holding, link);
}

/* ---- Holdings ------------------------------------------------------------ */

/* A holding that is in no list is to spare. */
static inline void holding_spare(struct tally *tally,
                                 struct pmm_holding *holding)
{
    if (holding == &tally->own) {
        holding->holder = NULL;
    } else {
        holding->next = holdings.spare;
        holdings.spare = holding;
    }
}

/* Takes a holding out of both lists; its holder, if it has the block, does not
 * have it any more. */
static HOT void holding_end(struct tally *tally, struct pmm_holding *holding)
{
    struct pmm_holding **at = &tally->first;

    while (*at != holding) {
        ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = holding->next;
    list_remove(&holding->link);
    holding_spare(tally, holding);
}

/* One of the block that somebody who rests once had. */
static struct pmm_holding *holding_rested(const struct tally *tally)
{
    struct pmm_holding *at = tally->first;

    while (at != NULL && !at->holder->resting)
        at = at->next;
    return at;
}

/* A holding that is in no list; NULL: there are no more. */
static __attribute__((noinline)) struct pmm_holding *holding_more(
    struct tally *tally)
{
    struct pmm_holding *holding = holdings.spare, *rested;

    if (holding != NULL) {
        holdings.spare = holding->next;
        return holding;
    }
    if (holdings.made < holdings.capacity) {
        holding = &holdings.more[holdings.made++];
        list_init(&holding->link);
        return holding;
    }
    rested = holding_rested(tally);
    if (rested == NULL)
        return NULL;
    holding_end(tally, rested);
    if (rested != &tally->own)
        holdings.spare = rested->next;
    return rested;
}

static HOT struct pmm_holding *holding_take(struct tally *tally)
{
    return tally->own.holder == NULL ? &tally->own : holding_more(tally);
}

static HOT KnError block_attach(struct pmm_holder *holder, struct tally *tally,
                                unsigned slot, const struct bank_block *block)
{
    struct pmm_holding *holding = holding_take(tally);
    KnError error;

    if (holding == NULL)
        return K_ENOMEM;
    error = aspace_attach_block(holder->space, pmm_block_place(block),
                                block->memory, block->size, !block->sealed);
    if (error != K_OK) {
        holding_spare(tally, holding);
        return error;
    }
    holding->holder = holder;
    holding->slot = slot;
    holding->next = tally->first;
    tally->first = holding;
    list_append(&holder->holdings, &holding->link);
    holder->held++;
    tally->held++;
    tally->users += !holder->trusted;
    return K_OK;
}

static bool holds(const struct pmm_holder *holder, const struct tally *tally)
{
    const struct pmm_holding *at = tally->first;

    while (at != NULL && at->holder != holder)
        at = at->next;
    return at != NULL && !holder->resting;
}

KnError pmm_attach(struct pmm_holder *holder, unsigned slot,
                   const struct bank_block *block)
{
    struct tally *tally = tally_of(slot);

    if (tally->held > 0) {
        if (holds(holder, tally))
            return K_OK;
        if (!holder->trusted || tally->users > 0)
            return K_EBUSY;
    } else if (block->sealed && !bank_seal_holds(slot)) {
        return K_EFAIL;
    }
    return block_attach(holder, tally, slot, block);
}

/* Takes the block out of the holder's space. */
static HOT void block_detach(struct pmm_holder *holder, struct tally *tally,
                             unsigned slot)
{
    uint64_t size, offset = bank_block_offset(slot, &size);

    aspace_detach_block(holder->space, uaddr(ASPACE_BANK_BASE + offset), size);
    ASSERT(tally->held > 0);
    ASSERT(holder->held > 0);
    ASSERT(holder->trusted || tally->users > 0);
    holder->held--;
    tally->held--;
    tally->users -= !holder->trusted;
}

void pmm_detach_all(unsigned slot)
{
    struct tally *tally = tally_of(slot);

    while (tally->first != NULL) {
        struct pmm_holding *holding = tally->first;

        if (!holding->holder->resting)
            block_detach(holding->holder, tally, slot);
        holding_end(tally, holding);
    }
    ASSERT(tally->held == 0);
}

/* ---- Of a block ---------------------------------------------------------- */

unsigned pmm_block_held(unsigned slot)
{
    return tally_of(slot)->held;
}

const struct pmm_holding *pmm_block_next(unsigned slot,
                                         const struct pmm_holding *last)
{
    const struct pmm_holding *at = last != NULL ? last->next
                                                : tally_of(slot)->first;

    while (at != NULL && at->holder->resting)
        at = at->next;
    return at;
}

bool pmm_holds(const struct pmm_holder *holder, unsigned slot)
{
    return holds(holder, tally_of(slot));
}

/* ---- Of a holder --------------------------------------------------------- */

const struct pmm_holding *pmm_held_next(const struct pmm_holder *holder,
                                        const struct pmm_holding *last)
{
    const struct link *at;

    if (holder->held == 0)
        return NULL;
    at = last != NULL ? last->link.next : holder->holdings.next;
    return at != &holder->holdings
               ? LIST_ENTRY(at, const struct pmm_holding, link)
               : NULL;
}

void pmm_trust(struct pmm_holder *holder, bool trusted)
{
    const struct pmm_holding *at = NULL;
    unsigned change = (unsigned)holder->trusted - trusted;

    while ((at = pmm_held_next(holder, at)) != NULL)
        tally_of(at->slot)->users += change;
    holder->trusted = trusted;
}

void pmm_forget(struct pmm_holder *holder)
{
    if (!holder->resting)
        return;
    while (!list_empty(&holder->holdings)) {
        struct pmm_holding *holding = holding_of(holder->holdings.next);

        holding_end(tally_of(holding->slot), holding);
    }
    list_remove(&holder->link);
    holder->resting = false;
}

void pmm_join(struct pmm_holder *holder)
{
    pmm_forget(holder);
    holder->held = 0;
    list_init(&holder->holdings);
}

void pmm_leave(struct pmm_holder *holder)
{
    struct link *at = holder->holdings.next;

    for (; at != &holder->holdings; at = at->next) {
        unsigned slot = holding_of(at)->slot;

        block_detach(holder, tally_of(slot), slot);
    }
    ASSERT(holder->held == 0);
    holder->resting = true;
    list_init(&holder->link);
    list_append(&holdings.resting, &holder->link);
}

struct pmm_holder *pmm_resting_next(const struct pmm_holder *last)
{
    struct link *at = last != NULL ? last->link.next : holdings.resting.next;

    return at != &holdings.resting ? LIST_ENTRY(at, struct pmm_holder, link)
                                   : NULL;
}
