/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The invariants of the bank, checked one by one: for assertions in places
 * that are not in a hurry, and for tests.
 */
#include "mm/bank_core.h"

/* One copy: its header and entries, each by its own check. */
static const char *copy_check(const struct bank_copy *copy)
{
    const struct bank_header *header = &copy->header;
    struct bank_usage usage = bank_usage();
    uint64_t sum = 0;

    if (header->magic != BANK_MAGIC || header->layout != BANK_LAYOUT)
        return "a header does not begin as a bank's";
    if (header->check != bank_header_check(header))
        return "a header does not fit its check";
    if (header->used != usage.blocks)
        return "a header counts other blocks than the kernel";
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        if (copy->entries[i].check != bank_entry_check(&copy->entries[i], i))
            return "an entry does not fit its check";
        sum += copy->entries[i].check;
    }
    return sum == header->entry_sum ? NULL
                                    : "a header belongs to other entries";
}

/* Two blocks with one name or one page. */
static const char *pair_check(const struct bank_block *a,
                              const struct bank_block *b)
{
    if (memcmp(a->name, b->name, sizeof(PmmMemName)) == 0)
        return "two blocks have one name";
    if (a->offset < b->offset + b->size && b->offset < a->offset + a->size)
        return "two blocks share a page";
    return NULL;
}

/* One block against all after it. */
static const char *block_check(int slot, const struct bank_set *used)
{
    struct bank_block block = bank_block((unsigned)slot);
    const char *wrong = NULL;

    if (bank_find(block.name) != slot)
        return "a block is not found by its name";
    for (int i = bank_set_next(used, slot + 1); i >= 0 && wrong == NULL;
         i = bank_set_next(used, i + 1)) {
        struct bank_block other = bank_block((unsigned)i);

        wrong = pair_check(&block, &other);
    }
    return wrong;
}

/* The slots in use against the directory and the pages. */
static const char *blocks_check(const struct bank_metadata *metadata)
{
    const struct bank_entry *entries = metadata->copies[BANK_COPY_A].entries;
    struct bank_usage usage = bank_usage();
    uint64_t taken = 0;

    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        uint64_t pages = usage.total / PAGE_SIZE + BANK_METADATA_PAGES;
        bool used = bank_set_has(bank_used(), i);
        const char *wrong;

        if (used != bank_entry_used(&entries[i]))
            return "the kernel and the directory differ in what is used";
        if (!used)
            continue;
        wrong = bank_entry_fault(&entries[i], pages);
        if (wrong == NULL)
            wrong = block_check((int)i, bank_used());
        if (wrong != NULL)
            return wrong;
        if (!bank_pages_has(i, entries[i].first_page, entries[i].page_count))
            return "a block has other pages than the kernel knows";
        taken += entries[i].page_count * PAGE_SIZE;
    }
    return taken + usage.free == usage.total
               ? NULL
               : "pages are taken that no block has";
}

/* Each copy for itself, then one against the other.  Equal headers have equal
 * entry_sums, and so belong to equal entries. */
static const char *copies_check(const struct bank_metadata *metadata)
{
    const struct bank_copy *a = &metadata->copies[BANK_COPY_A];
    const struct bank_copy *b = &metadata->copies[BANK_COPY_B];
    const char *wrong = copy_check(a);

    if (wrong == NULL)
        wrong = copy_check(b);
    if (wrong == NULL && memcmp(&a->header, &b->header, sizeof(a->header)) != 0)
        wrong = "the copies' headers differ";
    return wrong;
}

const char *bank_check(void)
{
    const struct bank_metadata *metadata = bank_metadata();
    const char *wrong;

    if (metadata == NULL)
        return NULL;
    wrong = copies_check(metadata);
    return wrong != NULL ? wrong : blocks_check(metadata);
}
