/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The invariants of the bank, checked one by one: for assertions in places
 * that are not in a hurry, and for tests.
 */
#include "mm/bank_core.h"

/* One copy: its header and entries, each by its own check. */
static const char *copy_check(const struct bank_copy *copy)
{
    const struct bank_header *header = copy->header;
    uint64_t sum = 0;

    if (header->magic != BANK_MAGIC || header->layout != BANK_LAYOUT)
        return "a header does not begin as a bank's";
    if (header->check != bank_header_check(header))
        return "a header does not fit its check";
    if (header->used != bank_usage().blocks)
        return "a header counts other blocks than the kernel";
    if (header->pages != bank_page_total() ||
        header->capacity != bank_capacity() ||
        header->extent < BANK_EXTENT_MIN || header->extent > header->capacity)
        return "a header is of another bank";
    for (unsigned i = 0; i < header->extent; i++) {
        if (copy->entries[i].check != bank_entry_check(&copy->entries[i], i))
            return "an entry does not fit its check";
        sum += copy->entries[i].check;
    }
    return sum == header->entry_sum ? NULL
                                    : "a header belongs to other entries";
}

/* A block against what the kernel knows.  Two blocks cannot share a page that
 * each of them has in the order of places. */
static const char *block_check(unsigned slot, const struct bank_entry *entry)
{
    unsigned first = entry->first_page, count = entry->page_count;
    const char *fault = bank_entry_fault(
        entry, bank_first_page(bank_capacity()), bank_page_total());
    int found;

    if (fault != NULL)
        return fault;
    found = bank_find(entry->name);
    if (found < 0)
        return "a block is not found by its name";
    if (found != (int)slot)
        return "two blocks have one name";
    if (!bank_pages_has(slot, first, count))
        return "a block has other pages than the kernel knows";
    if (!bank_taken_all(first, count))
        return "a block's pages are nobody's";
    return NULL;
}

/* The slots in use against the directory and the pages. */
static const char *blocks_check(void)
{
    const struct bank_copy *copy = bank_copy(BANK_COPY_A);
    const struct bank_entry *entries = copy->entries;
    uint64_t taken = bank_first_page(bank_capacity());

    if (bank_next(copy->header->extent) >= 0)
        return "a block is behind the extent";
    for (unsigned i = 0; i < copy->header->extent; i++) {
        bool used = bank_used(i);
        const char *wrong;

        if (used != bank_entry_used(&entries[i]))
            return "the kernel and the directory differ in what is used";
        if (!used)
            continue;
        wrong = block_check(i, &entries[i]);
        if (wrong != NULL)
            return wrong;
        taken += entries[i].page_count;
    }
    return taken == bank_taken_count() &&
                   taken + bank_pages_count_free() == bank_page_total()
               ? NULL
               : "pages are taken that no block has";
}

/* Each copy for itself, then one against the other.  Equal headers have equal
 * entry_sums, and so belong to equal entries. */
static const char *copies_check(void)
{
    const struct bank_copy *a = bank_copy(BANK_COPY_A);
    const struct bank_copy *b = bank_copy(BANK_COPY_B);
    const char *wrong = copy_check(a);

    if (wrong == NULL)
        wrong = copy_check(b);
    if (wrong == NULL && memcmp(a->header, b->header, sizeof(*a->header)) != 0)
        wrong = "the copies' headers differ";
    return wrong;
}

const char *bank_check(void)
{
    const char *wrong;

    if (!bank_present())
        return NULL;
    wrong = copies_check();
    return wrong != NULL ? wrong : blocks_check();
}
