/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Opening the bank: believes of what recovery found only what makes sense,
 * and writes both copies anew from that, the worse one first.  A reset at any
 * moment in here leaves a bank that the next start opens with the same blocks.
 */
#include "arch/arch.h"
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

static bool place_usable(const struct bank_place *place)
{
    uint64_t least = (BANK_METADATA_PAGES + 1) * PAGE_SIZE;

    return place->base.raw != 0 && page_aligned(place->base.raw) &&
           page_aligned(place->size) && place->size >= least &&
           place->size <= PMM_BANK_SIZE_MAX;
}

/* Notes a loss.  The name may be damaged: only plain text is taken. */
static void report_loss(struct bank_report *report, unsigned slot,
                        const char *name, const char *why)
{
    struct bank_loss *loss = &report->losses[report->loss_count];

    report->lost++;
    if (report->loss_count == BANK_LOSSES_MAX)
        return;
    report->loss_count++;
    *loss = (struct bank_loss){.slot = (int)slot, .why = why};
    for (unsigned i = 0; i < sizeof(loss->name) - 1 && name[i] != '\0'; i++)
        loss->name[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
}

/* Whether a slot that is damaged in both copies looks as if it held a block.
 * A free entry is all zero: it takes damage at the same place in both copies
 * to look otherwise. */
static bool slot_seems_used(const struct bank_entry *a,
                            const struct bank_entry *b)
{
    return bank_entry_used(a) || bank_entry_used(b) ||
           (a->name[0] != '\0' && b->name[0] != '\0');
}

/* Reports the blocks that went with damaged slots.  How many they are is
 * known if a header could be read; which ones is a guess. */
static void report_damaged(const struct bank_metadata *metadata,
                           const struct bank_found *found,
                           struct bank_report *report)
{
    int missing = found->expected - (int)(report->kept + report->lost);

    for (int i = bank_set_next(&found->damaged, 0); i >= 0;
         i = bank_set_next(&found->damaged, i + 1)) {
        const struct bank_entry *a = &metadata->copies[0].entries[i];
        const struct bank_entry *b = &metadata->copies[1].entries[i];

        if (!slot_seems_used(a, b) || (found->expected >= 0 && missing <= 0))
            continue;
        report_loss(report, (unsigned)i,
                    bank_entry_used(a) ? a->name : b->name,
                    "its entry is damaged in both copies");
        missing--;
    }
    if (missing > 0)
        report->lost += (unsigned)missing;
}

static bool name_taken(const struct bank_found *found, unsigned slot)
{
    const struct bank_entry *entry = found->entries[slot];

    for (unsigned i = 0; i < slot; i++) {
        const struct bank_entry *other = found->entries[i];

        if (other != NULL && bank_entry_used(other) &&
            memcmp(other->name, entry->name, sizeof(entry->name)) == 0)
            return true;
    }
    return false;
}

/* NULL and the pages taken, or why the entry in that slot is not believed. */
static const char *entry_admit(const struct bank_found *found, unsigned slot,
                               uint64_t page_total)
{
    const struct bank_entry *entry = found->entries[slot];
    const char *fault = bank_entry_fault(entry, page_total);

    if (fault != NULL)
        return fault;
    if (name_taken(found, slot))
        return "an earlier block has the same name";
    if (!bank_pages_free(entry->first_page, entry->page_count))
        return "an earlier block has the same pages";
    bank_pages_take(slot, entry->first_page, entry->page_count);
    return NULL;
}

/* Takes out of found whatever cannot be believed, and counts. */
static void entries_admit(struct bank_found *found, uint64_t page_total,
                          struct bank_report *report)
{
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        const struct bank_entry *entry = found->entries[i];
        const char *fault;

        if (entry == NULL || entry->state == BANK_ENTRY_FREE)
            continue;
        fault = entry_admit(found, i, page_total);
        if (fault == NULL) {
            report->kept++;
            continue;
        }
        report_loss(report, i, entry->name, fault);
        found->entries[i] = NULL;
    }
}

/* Counts this start, and makes the header that goes with the entries. */
static void header_make(struct bank_header *header,
                        const struct bank_found *found, enum boot_cause cause,
                        uint64_t size)
{
    *header = found->header;
    header->magic = BANK_MAGIC;
    header->layout = BANK_LAYOUT;
    header->revision = found->revision;
    header->size = size;
    header->entry_sum = 0;
    header->used = 0;
    if (found->start != BANK_KEPT && found->start != BANK_SALVAGED)
        return;
    if (cause == BOOT_WARM) {
        header->site_restarts++;
    } else {
        header->site_restarts = 0;
        header->boots++;
        header->resets++;
    }
}

/* Makes copy hold the entries found, then commits it with header; entries
 * that are right already are not written.  entry_sum and used are counted on
 * the way, the same for both copies. */
static void copy_rebuild(const struct bank_copy *copy,
                         const struct bank_found *found,
                         struct bank_header *header)
{
    struct bank_entry empty = {.state = BANK_ENTRY_FREE};

    header->entry_sum = 0;
    header->used = 0;
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        const struct bank_entry *entry = found->entries[i];

        if (entry == NULL) {
            empty.check = bank_entry_check(&empty, i);
            entry = &empty;
        }
        if (memcmp(&copy->entries[i], entry, sizeof(*entry)) != 0)
            bank_store(&copy->entries[i], entry, sizeof(*entry));
        header->entry_sum += entry->check;
        header->used += bank_entry_used(entry);
    }
    header->check = bank_header_check(header);
    bank_store(&copy->header, header, sizeof(*header));
}

/* Begins with what is derived from a directory, before anything of it is
 * known; page_total 0: without a bank.  False: it has no room. */
static bool tables_init(unsigned capacity, unsigned page_total)
{
    unsigned first = page_total > 0 ? BANK_METADATA_PAGES : 0;

    return bank_slots_init(capacity) && bank_names_init(capacity) &&
           bank_keys_init(capacity) && bank_owners_init(capacity) &&
           bank_taken_init(page_total) &&
           bank_pages_init(capacity, first, page_total);
}

/* The part of opening that a place which can be a bank goes through. */
static void bank_open_at(const struct bank_place *place, enum boot_cause cause,
                         struct bank_report *report)
{
    uint64_t page_total = place->size / PAGE_SIZE;
    const struct bank_metadata *metadata;
    struct bank_header header;
    struct bank_found found;

    metadata = kspace_map_bank(place->base, sizeof(*metadata));
    if (!tables_init(BANK_BLOCKS_CAPACITY, (unsigned)page_total)) {
        report->why = "there is no memory for its tables";
        (void)!tables_init(0, 0);
        return;
    }
    bank_recover(metadata, cause, &found);
    report->start = found.start;
    report->why = found.why;
    entries_admit(&found, page_total, report);
    report_damaged(metadata, &found, report);
    if (report->lost > 0 && report->start == BANK_KEPT)
        report->start = BANK_SALVAGED;

    header_make(&header, &found, cause, place->size);
    copy_rebuild(&metadata->copies[!found.source], &found, &header);
    copy_rebuild(&metadata->copies[found.source], &found, &header);
    bank_begin(metadata, place, &header);
    bank_seals_open();
}

void bank_open(const struct bank_place *place, enum boot_cause cause,
               struct bank_report *report)
{
    *report = (struct bank_report){
        .start = BANK_ABSENT,
        .why = "its place is not aligned, too small or too large",
    };
    (void)!tables_init(0, 0);
    bank_begin(NULL, place, NULL);
    if (place_usable(place))
        bank_open_at(place, cause, report);
}

const char *bank_start_name(enum bank_start start)
{
    static const char *const names[] = {
        [BANK_ABSENT] = "absent",       [BANK_EMPTY] = "empty",
        [BANK_KEPT] = "kept",           [BANK_SALVAGED] = "salvaged",
        [BANK_FORMATTED] = "formatted",
    };

    return names[start];
}
