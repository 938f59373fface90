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

#define NO_TABLES "there is no memory for its tables"

static bool place_usable(const struct bank_place *place)
{
    uint64_t least = (bank_first_page(BANK_CAPACITY_MIN) + 1) * PAGE_SIZE;

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

/* Whether a block may have gone with a slot.  Without a header one copy that is
 * blank says that the other was being changed for the first time. */
static bool slot_seems_lost(const struct bank_found *found, unsigned slot)
{
    const struct bank_entry *a = &found->copies[0].entries[slot];
    const struct bank_entry *b = &found->copies[1].entries[slot];

    if (bank_found_entry(found, slot) != NULL || !slot_seems_used(a, b))
        return false;
    return found->expected >= 0 ||
           (!bank_entry_blank(a, slot) && !bank_entry_blank(b, slot));
}

/* Reports the blocks that went with damaged slots.  How many they are is
 * known if a header could be read; which ones is a guess. */
static void report_damaged(const struct bank_found *found,
                           struct bank_report *report)
{
    int missing = found->expected - (int)(report->kept + report->lost);

    for (unsigned i = 0; i < found->extent && !found->whole; i++) {
        const struct bank_entry *a = &found->copies[0].entries[i];
        const struct bank_entry *b = &found->copies[1].entries[i];

        if (!slot_seems_lost(found, i) ||
            (found->expected >= 0 && missing <= 0))
            continue;
        report_loss(report, i, bank_entry_used(a) ? a->name : b->name,
                    "its entry is damaged in both copies");
        missing--;
    }
    if (missing > 0)
        report->lost += (unsigned)missing;
}

static bool name_taken(const struct bank_found *found,
                       const struct bank_name *name,
                       const struct bank_entry *entry)
{
    int slot = bank_name_guess(name, -1);

    for (; slot >= 0; slot = bank_name_guess(name, slot)) {
        const struct bank_entry *other =
            bank_found_entry(found, (unsigned)slot);

        if (memcmp(other->name, entry->name, sizeof(entry->name)) == 0)
            return true;
    }
    return false;
}

/* NULL, and the block is known; or why the entry in that slot is not
 * believed. */
static const char *entry_admit(const struct bank_found *found, unsigned slot,
                               uint64_t page_total)
{
    const struct bank_entry *entry = bank_found_entry(found, slot);
    const char *fault = bank_entry_fault(
        entry, bank_first_page(found->capacity), page_total);
    struct bank_name name;

    if (fault != NULL)
        return fault;
    if (!bank_name_make(&name, entry->name) || name_taken(found, &name, entry))
        return "an earlier block has the same name";
    if (!bank_pages_free(entry->first_page, entry->page_count))
        return "an earlier block has the same pages";
    bank_pages_take(slot, entry->first_page, entry->page_count);
    bank_name_add(slot, &name);
    bank_slot_use(slot);
    return NULL;
}

/* Lets the kernel know the blocks that can be believed, and counts. */
static void entries_admit(const struct bank_found *found, uint64_t page_total,
                          struct bank_report *report)
{
    for (unsigned i = 0; i < found->extent; i++) {
        const struct bank_entry *entry = bank_found_entry(found, i);
        const char *fault;

        if (entry == NULL || entry->state == BANK_ENTRY_FREE)
            continue;
        fault = entry_admit(found, i, page_total);
        if (fault == NULL)
            report->kept++;
        else
            report_loss(report, i, entry->name, fault);
    }
}

/* Counts this start, and makes the header that goes with the entries. */
static void header_make(struct bank_header *header,
                        const struct bank_found *found, enum boot_cause cause,
                        uint64_t page_total)
{
    *header = found->header;
    header->magic = BANK_MAGIC;
    header->layout = BANK_LAYOUT;
    header->revision = found->revision;
    header->pages = (uint32_t)page_total;
    header->capacity = (uint16_t)found->capacity;
    header->extent = (uint16_t)(found->extent > 0 ? found->extent
                                                  : BANK_EXTENT_MIN);
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

/* Makes slots hold nothing that anybody has stored: a whole page at a time. */
static void pages_blank(const struct bank_place *place,
                        const struct bank_metadata *metadata,
                        const struct bank_entry *from,
                        const struct bank_entry *to)
{
    for (; from < to; from += BANK_ENTRIES_A_PAGE) {
        uint64_t offset = (uint64_t)((const char *)from -
                                     (const char *)metadata);

        arch_page_zero_out(
            kspace_window_open(paddr_add(place->base, offset)));
        kspace_window_close();
    }
}

/* Makes the slot behind the extent one again that nothing was stored in: a
 * change that was cut short may have begun with it. */
static void slot_blank(const struct bank_found *found, unsigned slot)
{
    static const struct bank_entry zeros;

    for (unsigned i = 0; i < BANK_COPIES && slot < found->capacity; i++) {
        const struct bank_entry *entry = &found->copies[i].entries[slot];

        if (!bank_entry_same(entry, &zeros))
            bank_store(entry, &zeros, sizeof(zeros));
    }
}

/* What a slot is to hold: what was found in it, if that is a block that is
 * known, or that there is none. */
static const struct bank_entry *entry_meant(const struct bank_found *found,
                                            unsigned slot)
{
    static struct bank_entry empty = {.state = BANK_ENTRY_FREE};
    const struct bank_entry *entry = bank_found_entry(found, slot);

    if (entry != NULL && bank_entry_used(entry) == bank_used(slot))
        return entry;
    empty.check = bank_entry_check(&empty, slot);
    return &empty;
}

/* Makes a copy hold the blocks that are known, as another has them or, NULL,
 * as they were found, and then commits it with header; entries that are right
 * already are not written.  entry_sum and used are counted on the way, the same
 * for both copies. */
static void copy_rebuild(const struct bank_copy *copy,
                         const struct bank_found *found,
                         const struct bank_copy *from,
                         struct bank_header *header)
{
    header->entry_sum = 0;
    header->used = 0;
    for (unsigned i = 0; i < header->extent; i++) {
        const struct bank_entry *entry =
            from != NULL ? &from->entries[i] : entry_meant(found, i);

        if (!bank_entry_same(&copy->entries[i], entry))
            bank_store(&copy->entries[i], entry, sizeof(*entry));
        header->entry_sum += entry->check;
        header->used += bank_entry_used(entry);
    }
    header->check = bank_header_check(header);
    bank_store(copy->header, header, sizeof(*header));
}

/* Writes both copies, the better one last, from the other. */
static void copies_rebuild(const struct bank_place *place,
                           const struct bank_metadata *metadata,
                           const struct bank_found *found,
                           struct bank_header *header)
{
    const struct bank_copy *other = &found->copies[!found->source];
    const struct bank_copy *source = &found->copies[found->source];

    if (found->extent == 0) {
        const struct bank_copy *a = &found->copies[BANK_COPY_A];
        const struct bank_copy *b = &found->copies[BANK_COPY_B];

        pages_blank(place, metadata, a->entries + BANK_EXTENT_MIN,
                    a->entries + found->capacity);
        pages_blank(place, metadata, b->entries + BANK_EXTENT_MIN,
                    b->entries + found->capacity);
    }
    slot_blank(found, header->extent);
    copy_rebuild(other, found, NULL, header);
    copy_rebuild(source, found, other, header);
}

/* Begins with what is derived from a directory, before anything of it is
 * known; page_total 0: without a bank.  False: it has no room. */
static bool tables_init(unsigned capacity, unsigned page_total)
{
    unsigned first = page_total > 0 ? bank_first_page(capacity) : 0;

    return bank_slots_init(capacity) && bank_names_init(capacity) &&
           bank_keys_init(capacity) && bank_owners_init(capacity) &&
           bank_taken_init(page_total) &&
           bank_pages_init(capacity, first, page_total);
}

/* There is no bank. */
static void bank_begin_without(struct bank_report *report, const char *why)
{
    report->start = BANK_ABSENT;
    report->why = why;
    if (!tables_init(0, 0) || !bank_begin(NULL, NULL, NULL))
        panic("bank: no bank takes memory");
}

/* Maps the whole directory, of which the size is found in front of it; a bank
 * that has become too small for it is begun anew. */
static const struct bank_metadata *bank_map(const struct bank_place *place,
                                            unsigned *capacity,
                                            const char **why)
{
    uint64_t page_total = place->size / PAGE_SIZE;
    const struct bank_metadata *metadata =
        kspace_map_bank(place->base, sizeof(*metadata));

    *capacity = bank_recover_capacity(metadata, page_total);
    if (*capacity == 0) {
        *capacity = bank_capacity_for(page_total);
        *why = "its directory does not fit in it any more";
    }
    return kspace_map_bank(place->base,
                           bank_first_page(*capacity) * PAGE_SIZE);
}

/* The part of opening that a place which can be a bank goes through. */
static void bank_open_at(const struct bank_place *place, enum boot_cause cause,
                         struct bank_report *report)
{
    uint64_t page_total = place->size / PAGE_SIZE;
    const struct bank_metadata *metadata;
    const char *shrunk = NULL;
    struct bank_header header;
    struct bank_found found;
    unsigned capacity;

    metadata = bank_map(place, &capacity, &shrunk);
    bank_recover(metadata, capacity, cause, &found);
    if (shrunk != NULL)
        bank_found_none(&found, shrunk);
    report->start = found.start;
    report->why = found.why;
    if (!tables_init(capacity, (unsigned)page_total)) {
        bank_begin_without(report, NO_TABLES);
        return;
    }
    entries_admit(&found, page_total, report);
    report_damaged(&found, report);
    if (report->lost > 0 && report->start == BANK_KEPT)
        report->start = BANK_SALVAGED;

    header_make(&header, &found, cause, page_total);
    copies_rebuild(place, metadata, &found, &header);
    if (bank_begin(metadata, place, &header))
        bank_seals_open();
    else
        bank_begin_without(report, NO_TABLES);
}

void bank_open(const struct bank_place *place, enum boot_cause cause,
               struct bank_report *report)
{
    *report = (struct bank_report){0};
    bank_begin_without(report,
                       "its place is not aligned, too small or too large");
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
