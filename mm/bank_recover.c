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
 * stores can make; or when more slots than MOST_SLOTS are damaged in both
 * copies.  Nothing of it may be believed then.  (Places alone do not tell it:
 * where cells decay to one, an entry of zeros goes as good as surely, and
 * entries that are all damaged are one place.) */
#define FLIPS_MAX 64u
#define BURSTS_MAX 12u
#define MOST_SLOTS (BANK_BLOCKS_CAPACITY / 2)

static unsigned bank_set_count(const struct bank_set *set)
{
    unsigned count = 0;

    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1))
        count++;
    return count;
}

/* How much of one copy can be read. */
struct health {
    bool header;          /* its check is good */
    bool whole;           /* ... and all entries', and they are its own */
    bool any_used;        /* a good entry is in use */
    unsigned places;      /* runs of entries whose check is wrong */
    struct bank_set good; /* entries whose check is right */
};

static void health_examine(const struct bank_copy *copy, struct health *health)
{
    const struct bank_header *header = &copy->header;
    bool good = true;
    uint64_t sum = 0;

    *health = (struct health){0};
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        const struct bank_entry *entry = &copy->entries[i];

        bool good_before = good;

        sum += entry->check;
        good = entry->check == bank_entry_check(entry, i);
        if (good) {
            bank_set_add(&health->good, i);
            health->any_used |= entry->state != BANK_ENTRY_FREE;
        } else if (good_before) {
            health->places++;
        }
    }
    health->header = header->magic == BANK_MAGIC &&
                     header->layout == BANK_LAYOUT &&
                     header->check == bank_header_check(header);
    health->whole = health->header && health->places == 0 &&
                    sum == header->entry_sum;
}

/* The copy to believe where they differ.  A whole one before a damaged one,
 * a readable header before none, the newer before the older.  Between equals
 * it is B: a change begins with A, so A may hold a part of the next one. */
static unsigned source_choose(const struct bank_metadata *metadata,
                              const struct health health[BANK_COPIES])
{
    const struct health *a = &health[BANK_COPY_A], *b = &health[BANK_COPY_B];
    uint64_t revision_a = metadata->copies[BANK_COPY_A].header.revision;
    uint64_t revision_b = metadata->copies[BANK_COPY_B].header.revision;

    if (a->whole != b->whole)
        return a->whole ? BANK_COPY_A : BANK_COPY_B;
    if (a->header != b->header)
        return a->header ? BANK_COPY_A : BANK_COPY_B;
    if (a->header && revision_a > revision_b)
        return BANK_COPY_A;
    return BANK_COPY_B;
}

/* Slot by slot: the source's entry if it is good, else the other copy's. */
static void entries_choose(const struct bank_metadata *metadata,
                           const struct health health[BANK_COPIES],
                           struct bank_found *found)
{
    unsigned source = found->source, other = !source;

    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        if (bank_set_has(&health[source].good, i))
            found->entries[i] = &metadata->copies[source].entries[i];
        else if (bank_set_has(&health[other].good, i))
            found->entries[i] = &metadata->copies[other].entries[i];
        else
            bank_set_add(&found->damaged, i);
    }
}

static bool health_decayed(const struct health health[BANK_COPIES],
                           const struct bank_found *found)
{
    const struct health *a = &health[BANK_COPY_A], *b = &health[BANK_COPY_B];
    unsigned good = bank_set_count(&a->good) + bank_set_count(&b->good);

    return (BANK_COPIES * BANK_BLOCKS_CAPACITY - good > FLIPS_MAX &&
            a->places + b->places > BURSTS_MAX) ||
           bank_set_count(&found->damaged) > MOST_SLOTS;
}

/* What a bank is called of which no entry can be read. */
static void found_nothing(const struct bank_metadata *metadata,
                          enum boot_cause cause, struct bank_found *found)
{
    bool magic = false, layout = false;

    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_header *header = &metadata->copies[i].header;
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
static void found_judge(const struct bank_metadata *metadata,
                        const struct health health[BANK_COPIES],
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
        found_nothing(metadata, cause, found);
    } else if (cause == BOOT_COLD && health_decayed(health, found)) {
        found->start = BANK_FORMATTED;
        found->why = "most of it is damaged, as after a loss of power";
    } else {
        found->start = BANK_SALVAGED;
        found->why = "both copies were damaged";
    }
}

void bank_recover(const struct bank_metadata *metadata, enum boot_cause cause,
                  struct bank_found *found)
{
    struct health health[BANK_COPIES];

    *found = (struct bank_found){0};
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_header *header = &metadata->copies[i].header;

        health_examine(&metadata->copies[i], &health[i]);
        if (health[i].header && header->revision >= found->revision)
            found->revision = header->revision + 1;
    }
    found->source = source_choose(metadata, health);
    found->expected = -1;
    if (health[found->source].header) {
        found->header = metadata->copies[found->source].header;
        found->expected = (int)found->header.used;
    }
    entries_choose(metadata, health, found);
    found_judge(metadata, health, cause, found);
    if (found->start == BANK_EMPTY || found->start == BANK_FORMATTED) {
        found->header = (struct bank_header){0};
        found->damaged = (struct bank_set){0};
        memset(found->entries, 0, sizeof(found->entries));
    }
}

const char *bank_entry_fault(const struct bank_entry *entry,
                             uint64_t page_total)
{
    size_t length = strnlen(entry->name, sizeof(entry->name));
    uint64_t first = entry->first_page, count = entry->page_count;

    if (!bank_entry_used(entry))
        return "its state is unknown";
    if (length == 0 || length == sizeof(entry->name))
        return "its name is empty or has no end";
    if (entry->key_size > sizeof(entry->key))
        return "its key is too long";
    if (strnlen(entry->owner, sizeof(entry->owner)) == sizeof(entry->owner))
        return "its owner's name has no end";
    if (first < BANK_METADATA_PAGES || count == 0)
        return "its pages cannot be a block";
    if (first + count > page_total)
        return "it ends beyond the end of the bank";
    return NULL;
}
