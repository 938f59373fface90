/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Recovery, the reading half: which of the two copies is right, and what does
 * each slot hold?  Pure: it reads the metadata and keeps no state, so that it
 * decides the same again if the machine is reset before the decision has been
 * written.  mm/BANK.md tells the rules and why they are so.
 */
#include "mm/bank_core.h"

/* After a loss of power the bits decay all over the RAM, in the blocks too,
 * which have no check.  Damage by a wild store is in one place, and flips are
 * few; neither looks like that.  So a bank has decayed when more entries are
 * damaged than FLIPS_MAX flips can reach, in more places than BURSTS_MAX wild
 * stores can make; or when most slots are damaged in both copies.  Nothing of
 * it may be believed then.  (Places alone do not tell it: where cells decay to
 * one, an entry of zeros goes as good as surely, and entries that are all
 * damaged are one place.) */
#define FLIPS_MAX 64u
#define BURSTS_MAX 12u

/* ---- Headers ------------------------------------------------------------- */

static bool header_readable(const struct bank_header *header)
{
    return header->magic == BANK_MAGIC && header->layout == BANK_LAYOUT &&
           header->check == bank_header_check(header) &&
           header->capacity >= BANK_CAPACITY_MIN &&
           header->capacity <= BANK_CAPACITY_MAX &&
           header->capacity % BANK_CAPACITY_STEP == 0 &&
           header->extent >= BANK_EXTENT_MIN &&
           header->extent <= header->capacity;
}

unsigned bank_recover_capacity(const struct bank_metadata *metadata,
                               uint64_t page_total)
{
    const struct bank_header *newest = NULL;

    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_header *header = &metadata->copies[i].header;

        if (header_readable(header) &&
            (newest == NULL || header->revision > newest->revision))
            newest = header;
    }
    if (newest == NULL)
        return bank_capacity_for(page_total);
    return bank_first_page(newest->capacity) < page_total ? newest->capacity
                                                          : 0;
}

/* ---- Copies -------------------------------------------------------------- */

/* How much of one copy can be read. */
struct health {
    bool header;      /* its check is good, and it is of this bank */
    bool whole;       /* ... and all entries', and they are its own */
    bool any_used;    /* a good entry is in use */
    unsigned extent;  /* slots that were looked at */
    unsigned end;     /* behind the last in which there is something */
    unsigned damaged; /* of these, entries whose check is wrong */
    unsigned places;  /* runs of them */
};

/* A look at the state saves working out the checks of rubbish. */
static bool entry_good(const struct bank_entry *entry, unsigned slot)
{
    return (bank_entry_used(entry) || entry->state == BANK_ENTRY_FREE) &&
           entry->check == bank_entry_check(entry, slot);
}

/* By what every entry has that was ever stored: there may be many of them. */
bool bank_entry_blank(const struct bank_entry *entry, unsigned slot)
{
    return entry->check == 0 && entry->state == 0 && entry->name[0] == '\0' &&
           slot >= BANK_EXTENT_MIN;
}

static void health_examine(const struct bank_copy *copy, struct health *health)
{
    bool good = true;
    uint64_t sum = 0;

    for (unsigned i = 0; i < health->extent; i++) {
        const struct bank_entry *entry = &copy->entries[i];
        bool good_before = good;

        if (!health->header && bank_entry_blank(entry, i))
            continue;
        health->end = i + 1;
        sum += entry->check;
        good = entry_good(entry, i);
        health->any_used |= good && entry->state != BANK_ENTRY_FREE;
        health->damaged += !good;
        health->places += !good && good_before;
    }
    health->whole = health->header && health->damaged == 0 &&
                    sum == copy->header->entry_sum;
}

/* The extents of both copies: by their headers, or the other's; without any,
 * it may be all. */
static void extents_find(const struct bank_found *found,
                         struct health health[BANK_COPIES])
{
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_header *header = found->copies[i].header;

        health[i].extent = found->capacity;
        health[i].header = header_readable(header) &&
                           header->capacity == found->capacity;
        if (health[i].header)
            health[i].extent = header->extent;
    }
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        if (!health[i].header)
            health[i].extent = health[!i].extent;
    }
}

/* The copy to believe where they differ.  A whole one before a damaged one,
 * a readable header before none, the newer before the older.  Between equals
 * it is B: a change begins with A, so A may hold a part of the next one. */
static unsigned source_choose(const struct bank_found *found,
                              const struct health health[BANK_COPIES])
{
    const struct health *a = &health[BANK_COPY_A], *b = &health[BANK_COPY_B];
    uint64_t revision_a = found->copies[BANK_COPY_A].header->revision;
    uint64_t revision_b = found->copies[BANK_COPY_B].header->revision;

    if (a->whole != b->whole)
        return a->whole ? BANK_COPY_A : BANK_COPY_B;
    if (a->header != b->header)
        return a->header ? BANK_COPY_A : BANK_COPY_B;
    if (a->header && revision_a > revision_b)
        return BANK_COPY_A;
    return BANK_COPY_B;
}

/* ---- Slots --------------------------------------------------------------- */

/* Slot by slot: the source's entry if it is good, else the other copy's. */
const struct bank_entry *bank_found_entry(const struct bank_found *found,
                                          unsigned slot)
{
    const struct bank_entry *source =
        &found->copies[found->source].entries[slot];
    const struct bank_entry *other =
        &found->copies[!found->source].entries[slot];

    if (found->whole || entry_good(source, slot))
        return source;
    return entry_good(other, slot) ? other : NULL;
}

static bool most_damaged(const struct bank_found *found)
{
    unsigned damaged = 0;

    for (unsigned i = 0; i < found->extent; i++)
        damaged += bank_found_entry(found, i) == NULL;
    return damaged > found->extent / 2;
}

static bool health_decayed(const struct health health[BANK_COPIES],
                           const struct bank_found *found)
{
    const struct health *a = &health[BANK_COPY_A], *b = &health[BANK_COPY_B];

    return (a->damaged + b->damaged > FLIPS_MAX &&
            a->places + b->places > BURSTS_MAX) ||
           most_damaged(found);
}

/* ---- Together ------------------------------------------------------------ */

/* What a bank is called of which no entry can be read. */
static void found_nothing(enum boot_cause cause, struct bank_found *found)
{
    bool magic = false, layout = false;

    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_header *header = found->copies[i].header;
        bool named = header->magic == BANK_MAGIC;

        magic |= named;
        layout |= named && header->layout == BANK_LAYOUT;
    }
    found->start = BANK_FORMATTED;
    found->why = "nothing in it could be read";
    if (magic && !layout) {
        found->why = "it has the layout of another version";
    } else if (!magic && cause == BOOT_COLD) {
        found->start = BANK_EMPTY;
        found->why = "cold start";
    }
}

/* Names what was found; after this the entries are final. */
static void found_judge(const struct health health[BANK_COPIES],
                        enum boot_cause cause, struct bank_found *found)
{
    const struct health *a = &health[BANK_COPY_A], *b = &health[BANK_COPY_B];
    bool readable = a->header || b->header || a->any_used || b->any_used;

    found->start = BANK_KEPT;
    if (a->whole && b->whole) {
        found->why = "both copies are whole";
    } else if (a->whole || b->whole) {
        found->why = "one copy is whole, the other was torn or damaged";
    } else if (!readable) {
        found_nothing(cause, found);
    } else if (cause == BOOT_COLD && health_decayed(health, found)) {
        found->start = BANK_FORMATTED;
        found->why = "most of it is damaged, as after a loss of power";
    } else {
        found->start = BANK_SALVAGED;
        found->why = "both copies were damaged";
    }
}

/* Nothing of it is believed. */
static void found_drop(struct bank_found *found)
{
    found->header = (struct bank_header){0};
    found->whole = false;
    found->extent = 0;
}

void bank_recover(const struct bank_metadata *metadata, unsigned capacity,
                  enum boot_cause cause, struct bank_found *found)
{
    struct health health[BANK_COPIES] = {{0}};

    *found = (struct bank_found){.capacity = capacity, .expected = -1};
    for (unsigned i = 0; i < BANK_COPIES; i++)
        found->copies[i] = bank_copy_at(metadata, i, capacity);
    extents_find(found, health);
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        uint64_t revision = found->copies[i].header->revision;

        health_examine(&found->copies[i], &health[i]);
        if (health[i].header && revision >= found->revision)
            found->revision = revision + 1;
    }
    found->source = source_choose(found, health);
    found->whole = health[found->source].whole;
    if (health[found->source].header) {
        found->header = *found->copies[found->source].header;
        found->expected = (int)found->header.used;
        found->extent = found->header.extent;
    } else {
        found->extent = health[BANK_COPY_A].end > health[BANK_COPY_B].end
                            ? health[BANK_COPY_A].end
                            : health[BANK_COPY_B].end;
    }
    found_judge(health, cause, found);
    if (found->start == BANK_EMPTY || found->start == BANK_FORMATTED)
        found_drop(found);
}

void bank_found_none(struct bank_found *found, const char *why)
{
    found->start = BANK_FORMATTED;
    found->why = why;
    found->expected = -1;
    found_drop(found);
}

const char *bank_entry_fault(const struct bank_entry *entry, uint64_t first,
                             uint64_t page_total)
{
    size_t length = strnlen(entry->name, sizeof(entry->name));
    uint64_t page = entry->first_page, count = entry->page_count;

    if (!bank_entry_used(entry))
        return "its state is unknown";
    if (length == 0 || length == sizeof(entry->name))
        return "its name is empty or has no end";
    if (entry->key_size > sizeof(entry->key))
        return "its key is too long";
    if (strnlen(entry->owner, sizeof(entry->owner)) == sizeof(entry->owner))
        return "its owner's name has no end";
    if (page < first || count == 0)
        return "its pages cannot be a block";
    if (page + count > page_total)
        return "it ends beyond the end of the bank";
    return NULL;
}
