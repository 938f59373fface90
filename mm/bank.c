/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bank at work: finding, allocating and freeing blocks.
 *
 * Every change of the directory is made in copy A until it is true there, and
 * then in the same way in copy B, so that outside a change the copies are
 * equal.  A copy becomes true when its header is stored over its entries; at
 * any moment at least one of the two is whole.
 */
#include "mm/bank.h"

#include "arch/arch.h"
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

static struct {
    const struct bank_metadata *metadata; /* NULL: no bank */
    struct bank_copy copies[BANK_COPIES];
    struct bank_place place;
    struct bank_header header; /* as committed last, in both copies */
    uint64_t header_start;     /* the part of its check that never changes */
    /* Checks of free entries, which never change, below the extent; 0: not
     * worked out yet. */
    uint64_t *free_check;
} bank;

/* ---- Writing ------------------------------------------------------------ */

const struct bank_metadata *bank_metadata(void)
{
    return bank.metadata;
}

#define LINE_WORDS 8

static inline void line_store(void *line, const uint64_t *from)
{
    volatile uint64_t *to = line;

#pragma GCC unroll 8
    for (unsigned i = 0; i < LINE_WORDS; i++)
        to[i] = from[i];
}

void bank_store(const void *to, const void *from, size_t size)
{
    const char *last = (const char *)to + size - 1;
    volatile uint64_t *target = kspace_bank_unlock(to, last).place;
    const uint64_t *source = from;
    size_t left = size / sizeof(*target);

    arch_store_barrier();
    for (; left >= LINE_WORDS; left -= LINE_WORDS) {
        line_store((void *)(uintptr_t)target, source);
        target += LINE_WORDS;
        source += LINE_WORDS;
    }
    for (size_t i = 0; i < left; i++)
        target[i] = source[i];
    arch_cache_clean(to, size);
    kspace_bank_lock();
}

/* The directory, for reading: outside a change the copies are equal. */
static const struct bank_entry *entry_at(unsigned slot)
{
    return &bank.copies[BANK_COPY_A].entries[slot];
}

const struct bank_copy *bank_copy(unsigned copy)
{
    return &bank.copies[copy];
}

const struct bank_entry *bank_entry(unsigned slot)
{
    return entry_at(slot);
}

/* What a free slot holds is worked out once for each. */
static __attribute__((noinline)) uint64_t free_check_make(unsigned slot)
{
    static const struct bank_entry empty = {.state = BANK_ENTRY_FREE};

    bank.free_check[slot] = bank_entry_check(&empty, slot);
    return bank.free_check[slot];
}

static inline uint64_t free_check(unsigned slot)
{
    uint64_t check = bank.free_check[slot];

    return check != 0 ? check : free_check_make(slot);
}

/* Stores an entry in a copy, and when it is in memory the header, which makes
 * that true. */
static inline void copy_commit(const struct bank_copy *copy, unsigned slot,
                               const struct bank_entry *entry)
{
    const uint64_t *words = (const uint64_t *)entry;
    struct kspace_opened to =
        kspace_bank_unlock(&copy->entries[slot], copy->header);

    line_store(to.place, words);
    line_store((uint64_t *)to.place + LINE_WORDS, words + LINE_WORDS);
    arch_cache_clean(&copy->entries[slot], sizeof(*entry));
    arch_store_barrier();
    line_store(to.other, (const uint64_t *)&bank.header);
    arch_cache_clean(copy->header, sizeof(*copy->header));
}

/* Makes the header that of the next commit; all but revision and check are as
 * they are to be. */
static inline void header_renew(void)
{
    bank.header.revision++;
    bank.header.check = bank_header_check_end(&bank.header, bank.header_start);
}

/* What a change is worked out from must be what was committed last. */
static inline void change_begin(void)
{
    ASSERT(bank_header_same(bank.copies[BANK_COPY_A].header, &bank.header));
}

/* Whether copy A is what a change was to make of it.  A kernel that is damaged
 * and makes something else of it does not come to copy B, which the next start
 * takes then. */
static inline bool change_stands(unsigned slot, const struct bank_entry *entry)
{
    const struct bank_copy *copy = &bank.copies[BANK_COPY_A];

    return bank_header_same(copy->header, &bank.header) &&
           bank_entry_same(&copy->entries[slot], entry);
}

/* Makes a change of one slot true in both copies, one after the other.  So
 * few words are stored that four ways through bank_store() would cost more
 * than they do. */
static inline __attribute__((always_inline)) void entry_commit(
    unsigned slot, const struct bank_entry *entry)
{
    header_renew();
    copy_commit(&bank.copies[BANK_COPY_A], slot, entry);
    ASSERT(change_stands(slot, entry));
    copy_commit(&bank.copies[BANK_COPY_B], slot, entry);
    kspace_bank_lock();
}

/* What a slot without a block holds. */
static inline struct bank_entry empty_entry(unsigned slot)
{
    return (struct bank_entry){
        .state = BANK_ENTRY_FREE,
        .check = free_check(slot),
    };
}

/* Stores empty entries in a copy, and then the header. */
static void copy_free(const struct bank_copy *copy,
                      const struct bank_list *list)
{
    for (int slot = list->first; slot >= 0;
         slot = bank_list_next((unsigned)slot)) {
        struct bank_entry empty = empty_entry((unsigned)slot);

        bank_store(&copy->entries[slot], &empty, sizeof(empty));
    }
    bank_store(copy->header, &bank.header, sizeof(bank.header));
}

static bool frees_stand(const struct bank_list *list)
{
    for (int slot = list->first; slot >= 0;
         slot = bank_list_next((unsigned)slot)) {
        struct bank_entry empty = empty_entry((unsigned)slot);

        if (!change_stands((unsigned)slot, &empty))
            return false;
    }
    return true;
}

/* The same for slots that become free, of which there may be none. */
static void free_commit(const struct bank_list *list)
{
    header_renew();
    copy_free(&bank.copies[BANK_COPY_A], list);
    ASSERT(frees_stand(list));
    copy_free(&bank.copies[BANK_COPY_B], list);
}

/* ---- Opening ------------------------------------------------------------ */

/* Lets a block be found by the name in its entry. */
static void name_know(unsigned slot)
{
    struct bank_name name;

    if (!bank_name_make(&name, entry_at(slot)->name))
        panic("bank: the block in slot %u has no name", slot);
    bank_name_add(slot, &name);
}

/* Knows all else of a block as the directory has it. */
static void block_know(unsigned slot)
{
    const struct bank_entry *entry = entry_at(slot);
    char owner[K_ACTORNAMEMAX];

    string_copy(owner, entry->owner, sizeof(owner));
    bank_owner_add(slot, owner, entry->page_count);
    bank_key_add(slot, entry->key, entry->key_size);
    bank_taken_add(entry->first_page, entry->page_count);
}

bool bank_begin(const struct bank_metadata *metadata,
                const struct bank_place *place,
                const struct bank_header *header)
{
    memset(&bank, 0, sizeof(bank));
    if (metadata == NULL)
        return true;
    bank.free_check = kspace_table(header->capacity * sizeof(uint64_t));
    if (bank.free_check == NULL)
        return false;
    memset(bank.free_check, 0, header->extent * sizeof(uint64_t));
    bank.metadata = metadata;
    for (unsigned i = 0; i < BANK_COPIES; i++)
        bank.copies[i] = bank_copy_at(metadata, i, header->capacity);
    bank.place = *place;
    bank.header = *header;
    bank_limit_blocks(place->blocks_max);
    bank.header_start = bank_header_check_start(header);
    bank_taken_add(0, bank_first_page(header->capacity));
    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
        block_know((unsigned)i);
    return true;
}

void bank_limit_blocks(unsigned blocks_max)
{
    bank.place.blocks_max = blocks_max < bank_capacity() ? blocks_max
                                                         : bank_capacity();
}

unsigned bank_page_total(void)
{
    return (unsigned)(bank.place.size / PAGE_SIZE);
}

/* Pages for blocks. */
static unsigned block_pages(void)
{
    return bank_page_total() - bank_first_page(bank.header.capacity);
}

/* ---- Blocks ------------------------------------------------------------- */

/* Zeroes pages that no block has, and gets the zeros out of the caches: the
 * block must not be there before its zeros are.  Asks for each whether it is
 * somebody's, as zeros in another's block could not be taken back: who is
 * mistaken in what is free, or is damaged and has called this with other pages
 * than he had found, would zero all that comes behind them. */
static void pages_zero(unsigned first, unsigned count)
{
    for (unsigned page = first; page < first + count; page++) {
        void *window;

        ASSERT(!bank_taken_has(page));
        window = kspace_window_open(
            paddr_add(bank.place.base, (uint64_t)page * PAGE_SIZE));
        arch_page_zero_out(window);
        kspace_window_close();
    }
}

/* All of an entry but its check. */
static void entry_fill(struct bank_entry *entry, const struct bank_name *name,
                       const struct bank_request *request, unsigned first_page,
                       unsigned page_count)
{
    *entry = (struct bank_entry){
        .key_size = request->key_size,
        .state = BANK_ENTRY_USED,
        .first_page = first_page,
        .page_count = page_count,
    };
    bank_name_write(name, entry->name);
    __builtin_memcpy(entry->owner, request->owner, sizeof(entry->owner));
    if (request->key_size > 0)
        memcpy(entry->key, request->key, request->key_size);
}

/* Gives a slot another entry, all but the check of which is filled in, in one
 * commit; the header counts it already, but for its check in place of the one
 * that was. */
static void entry_put(unsigned slot, struct bank_entry *entry, uint64_t was)
{
    entry->check = bank_entry_check(entry, slot);
    bank.header.entry_sum += entry->check - was;
    entry_commit(slot, entry);
}

/* A slot for a new block, and the check of what is there; behind the extent
 * nothing is. */
static unsigned slot_take(uint64_t *was)
{
    unsigned slot = bank_slot_take();

    if (slot < bank.header.extent) {
        ASSERT(entry_at(slot)->state == BANK_ENTRY_FREE);
        *was = entry_at(slot)->check;
        return slot;
    }
    ASSERT(slot == bank.header.extent);
    bank.header.extent++;
    bank.free_check[slot] = 0;
    *was = 0;
    return slot;
}

int bank_allocate_named(const struct bank_name *name,
                        const struct bank_request *request)
{
    uint64_t count = request->size / PAGE_SIZE + !page_aligned(request->size);
    struct bank_entry entry;
    unsigned slot;
    uint64_t was;
    int first;

    ASSERT(request->key_size <= sizeof(PmmDelKey));
    ASSERT(request->owner[K_ACTORNAMEMAX - 1] == '\0');
    if (bank.metadata == NULL)
        return K_ESPACE;
    if (count == 0 || count > block_pages())
        return K_ESIZE;
    if (bank.header.used >= bank.place.blocks_max)
        return K_EFULL;
    first = bank_pages_find((unsigned)count);
    if (first < 0)
        return K_ESPACE;
    change_begin();
    pages_zero((unsigned)first, (unsigned)count);
    entry_fill(&entry, name, request, (unsigned)first, (unsigned)count);
    slot = slot_take(&was);
    bank.header.used++;
    entry_put(slot, &entry, was);

    bank_taken_add((unsigned)first, (unsigned)count);
    bank_name_add(slot, name);
    bank_key_add(slot, request->key, request->key_size);
    bank_owner_add(slot, request->owner, (unsigned)count);
    bank_pages_take(slot, (unsigned)first, (unsigned)count);
    return (int)slot;
}

int bank_allocate(const struct bank_request *request)
{
    struct bank_request padded = *request;
    char owner[K_ACTORNAMEMAX];
    struct bank_name name;
    PmmMemName text;

    ASSERT(strnlen(request->name, sizeof(text)) < sizeof(text));
    string_copy(text, request->name, sizeof(text));
    string_copy(owner, request->owner, sizeof(owner));
    padded.owner = owner;
    if (!bank_name_make(&name, text))
        panic("bank: a block without a name");
    ASSERT(bank_find_name(&name) < 0);
    return bank_allocate_named(&name, &padded);
}

/* A block is no more, but for the commit that tells so. */
static inline void block_forget(unsigned slot)
{
    const struct bank_entry *entry = entry_at(slot);
    unsigned page_count = entry->page_count;

    ASSERT(bank_entry_used(entry));
    bank_slot_leave(slot);
    bank.header.entry_sum += free_check(slot) - entry->check;
    bank.header.used--;
    if (entry->key_size > 0)
        bank_key_remove(slot);
    bank_owner_remove(slot, page_count);
    bank_pages_release(slot, entry->first_page, page_count);
    bank_taken_remove(entry->first_page, page_count);
    bank_name_remove(slot);
}

void bank_free_one(unsigned slot)
{
    struct bank_entry empty = empty_entry(slot);

    change_begin();
    block_forget(slot);
    entry_commit(slot, &empty);
}

void bank_free(const struct bank_list *list)
{
    if (list->first < 0)
        return;
    change_begin();
    for (int slot = list->first; slot >= 0;
         slot = bank_list_next((unsigned)slot))
        block_forget((unsigned)slot);
    free_commit(list);
}

void bank_entry_change(unsigned slot, struct bank_entry *entry)
{
    ASSERT(bank_used(slot));
    change_begin();
    entry_put(slot, entry, entry_at(slot)->check);
}

void bank_rename(unsigned slot, const char *name)
{
    struct bank_entry entry = *entry_at(slot);

    ASSERT(bank_find(name) < 0);
    bank_name_remove(slot);
    if (entry.key_size > 0)
        bank_key_remove(slot);
    string_copy(entry.name, name, sizeof(entry.name));
    memset(entry.key, 0, sizeof(entry.key));
    entry.key_size = 0;
    bank_entry_change(slot, &entry);
    name_know(slot);
}

struct bank_block bank_block(unsigned slot)
{
    const struct bank_entry *entry = entry_at(slot);
    uint64_t offset = entry->first_page * PAGE_SIZE;

    ASSERT(bank_entry_used(entry));
    return (struct bank_block){
        .name = entry->name,
        .owner = entry->owner,
        .key = entry->key,
        .key_size = entry->key_size,
        .offset = offset,
        .size = entry->page_count * PAGE_SIZE,
        .sealed = entry->state == BANK_ENTRY_SEALED,
        .memory = paddr_add(bank.place.base, offset),
    };
}

const char *bank_block_name(unsigned slot)
{
    ASSERT(bank_entry_used(entry_at(slot)));
    return entry_at(slot)->name;
}

uint64_t bank_block_offset(unsigned slot, uint64_t *size)
{
    *size = entry_at(slot)->page_count * PAGE_SIZE;
    return entry_at(slot)->first_page * PAGE_SIZE;
}

/* ---- Figures ------------------------------------------------------------ */

bool bank_present(void)
{
    return bank.metadata != NULL;
}

unsigned bank_capacity(void)
{
    return bank.metadata != NULL ? bank.header.capacity : 0;
}

struct bank_usage bank_usage(void)
{
    if (bank.metadata == NULL)
        return (struct bank_usage){0};
    return (struct bank_usage){
        .total = block_pages() * PAGE_SIZE,
        .free = bank_pages_count_free() * PAGE_SIZE,
        .blocks = bank.header.used,
        .blocks_max = bank.place.blocks_max,
        .boots = bank.header.boots,
        .site_restarts = bank.header.site_restarts,
        .resets = bank.header.resets,
    };
}

void bank_note_stable(void)
{
    if (bank.metadata == NULL || bank.header.resets == 0)
        return;
    bank.header.resets = 0;
    free_commit(&BANK_LIST_EMPTY);
}
