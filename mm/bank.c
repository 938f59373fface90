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
    struct bank_place place;
    struct bank_header header; /* as committed last, in both copies */
    struct bank_set used;
    uint32_t name_hash[BANK_BLOCKS_CAPACITY]; /* of the used slots */
    /* Used slots by name: one more than the first slot of each hash, and than
     * the next one behind each slot; 0: none. */
    uint16_t name_first[BANK_BLOCKS_CAPACITY];
    uint16_t name_next[BANK_BLOCKS_CAPACITY];
    /* Checks of free entries, which never change; 0: not worked out yet. */
    uint64_t free_check[BANK_BLOCKS_CAPACITY];
} bank;

/* ---- Sets --------------------------------------------------------------- */

unsigned bank_set_count(const struct bank_set *set)
{
    unsigned count = 0;

    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1))
        count++;
    return count;
}

/* ---- Writing ------------------------------------------------------------ */

const struct bank_metadata *bank_metadata(void)
{
    return bank.metadata;
}

#define LINE_WORDS 8

static inline void line_store(volatile uint64_t *to, const uint64_t *from)
{
    to[0] = from[0];
    to[1] = from[1];
    to[2] = from[2];
    to[3] = from[3];
    to[4] = from[4];
    to[5] = from[5];
    to[6] = from[6];
    to[7] = from[7];
}

void bank_store(const void *to, const void *from, size_t size)
{
    volatile uint64_t *target = kspace_bank_unlock(to, size);
    const uint64_t *source = from;
    size_t left = size / sizeof(*target);

    for (; left >= LINE_WORDS; left -= LINE_WORDS) {
        line_store(target, source);
        target += LINE_WORDS;
        source += LINE_WORDS;
    }
    for (size_t i = 0; i < left; i++)
        target[i] = source[i];
    arch_cache_clean(to, size);
    kspace_bank_lock();
}

void bank_header_store(const struct bank_copy *copy,
                       const struct bank_header *header)
{
    arch_store_barrier();
    bank_store(&copy->header, header, sizeof(*header));
}

/* The directory, for reading: outside a change the copies are equal. */
static const struct bank_entry *entry_at(unsigned slot)
{
    return &bank.metadata->copies[BANK_COPY_A].entries[slot];
}

static uint64_t free_check(unsigned slot)
{
    static const struct bank_entry empty = {.state = BANK_ENTRY_FREE};

    if (bank.free_check[slot] == 0)
        bank.free_check[slot] = bank_entry_check(&empty, slot);
    return bank.free_check[slot];
}

/* A change of some slots: they get entry, or become free for NULL. */
struct change {
    const struct bank_set *slots;
    unsigned count; /* of slots */
    const struct bank_entry *entry;
};

static void entries_store(const struct bank_copy *copy,
                          const struct change *change)
{
    static struct bank_entry empty; /* whose check is another in each slot */
    int slot = -1;

    for (unsigned left = change->count; left > 0; left--) {
        const struct bank_entry *entry = change->entry;

        slot = bank_set_next(change->slots, slot + 1);
        if (entry == NULL) {
            empty.check = free_check((unsigned)slot);
            entry = &empty;
        }
        bank_store(&copy->entries[slot], entry, sizeof(*entry));
    }
}

/* Makes a change true.  The caller has set all of bank.header but revision
 * and check. */
static void change_commit(const struct change *change)
{
    bank.header.revision++;
    bank.header.check = bank_header_check(&bank.header);
    for (unsigned i = 0; i < BANK_COPIES; i++) {
        const struct bank_copy *copy = &bank.metadata->copies[i];

        entries_store(copy, change);
        bank_header_store(copy, &bank.header);
    }
}

/* ---- Opening ------------------------------------------------------------ */

static uint32_t name_hash(const PmmMemName name)
{
    return (uint32_t)(hash_bulk(name, sizeof(PmmMemName), HASH_START) >> 32);
}

static void name_add(unsigned slot, uint32_t hash)
{
    uint16_t *first = &bank.name_first[hash % BANK_BLOCKS_CAPACITY];

    bank.name_hash[slot] = hash;
    bank.name_next[slot] = *first;
    *first = (uint16_t)(slot + 1);
}

static void name_remove(unsigned slot)
{
    uint16_t *at =
        &bank.name_first[bank.name_hash[slot] % BANK_BLOCKS_CAPACITY];

    while (*at != slot + 1) {
        ASSERT(*at != 0);
        at = &bank.name_next[*at - 1];
    }
    *at = bank.name_next[slot];
}

void bank_begin(const struct bank_metadata *metadata,
                const struct bank_place *place,
                const struct bank_header *header)
{
    memset(&bank, 0, sizeof(bank));
    if (metadata == NULL)
        return;
    bank.metadata = metadata;
    bank.place = *place;
    if (bank.place.blocks_max > BANK_BLOCKS_CAPACITY)
        bank.place.blocks_max = BANK_BLOCKS_CAPACITY;
    bank.header = *header;
    for (unsigned i = 0; i < BANK_BLOCKS_CAPACITY; i++) {
        if (entry_at(i)->state == BANK_ENTRY_FREE)
            continue;
        bank_set_add(&bank.used, i);
        name_add(i, name_hash(entry_at(i)->name));
    }
}

/* ---- Blocks ------------------------------------------------------------- */

/* The slot of a block by its padded name and the hash of it. */
static int name_find(const PmmMemName name, uint32_t hash)
{
    unsigned next = bank.name_first[hash % BANK_BLOCKS_CAPACITY];

    for (; next != 0; next = bank.name_next[next - 1]) {
        unsigned slot = next - 1;

        ASSERT(bank_set_has(&bank.used, slot));
        if (bank.name_hash[slot] == hash &&
            memcmp(entry_at(slot)->name, name, sizeof(PmmMemName)) == 0)
            return (int)slot;
    }
    return K_EUNKNOWN;
}

int bank_find(const char *name)
{
    PmmMemName padded;

    string_copy(padded, name, sizeof(padded));
    return name_find(padded, name_hash(padded));
}

/* Zeroes pages that no block has, and gets the zeros out of the caches: the
 * block must not be there before its zeros are. */
static void pages_zero(unsigned first, unsigned count)
{
    for (unsigned page = first; page < first + count; page++) {
        void *window = kspace_window_open(
            paddr_add(bank.place.base, (uint64_t)page * PAGE_SIZE));

        arch_page_zero_out(window);
        kspace_window_close();
    }
}

/* All of an entry but its check. */
static void entry_fill(struct bank_entry *entry,
                       const struct bank_request *request, unsigned first_page,
                       unsigned page_count)
{
    *entry = (struct bank_entry){
        .key_size = request->key_size,
        .state = BANK_ENTRY_USED,
        .first_page = first_page,
        .page_count = page_count,
    };
    string_copy(entry->name, request->name, sizeof(entry->name));
    string_copy(entry->owner, request->owner, sizeof(entry->owner));
    if (request->key_size > 0)
        memcpy(entry->key, request->key, request->key_size);
}

/* The lowest slot that is not in use; there is one. */
static unsigned slot_find(void)
{
    for (unsigned i = 0; i < BANK_SET_WORDS; i++) {
        if (~bank.used.words[i] != 0)
            return i * 64 + (unsigned)__builtin_ctzll(~bank.used.words[i]);
    }
    panic("bank: a full directory has no free slot");
}

/* Makes entry a block: its pages are zero and free. */
static unsigned entry_add(struct bank_entry *entry)
{
    unsigned slot = slot_find();
    uint32_t hash = name_hash(entry->name);
    struct bank_set slots = {0};

    ASSERT(name_find(entry->name, hash) < 0);
    entry->check = bank_entry_check(entry, slot);
    bank_set_add(&slots, slot);
    bank.header.entry_sum += entry->check - entry_at(slot)->check;
    bank.header.used++;
    change_commit(&(struct change){&slots, 1, entry});

    bank_set_add(&bank.used, slot);
    name_add(slot, hash);
    bank_pages_take(entry->first_page, entry->page_count);
    return slot;
}

int bank_allocate(const struct bank_request *request)
{
    uint64_t count = request->size / PAGE_SIZE + !page_aligned(request->size);
    struct bank_entry entry;
    int first;

    ASSERT(request->name[0] != '\0');
    ASSERT(strnlen(request->name, sizeof(PmmMemName)) < sizeof(PmmMemName));
    ASSERT(request->key_size <= sizeof(PmmDelKey));
    if (bank.metadata == NULL)
        return K_ESPACE;
    if (count == 0 || count > bank.place.size / PAGE_SIZE - BANK_METADATA_PAGES)
        return K_ESIZE;
    if (bank.header.used >= bank.place.blocks_max)
        return K_EFULL;
    first = bank_pages_find((unsigned)count);
    if (first < 0)
        return K_ESPACE;
    pages_zero((unsigned)first, (unsigned)count);
    entry_fill(&entry, request, (unsigned)first, (unsigned)count);
    return (int)entry_add(&entry);
}

void bank_free(const struct bank_set *set)
{
    const struct bank_set slots = *set; /* it may be bank_used() itself */
    unsigned count = 0;

    for (int i = bank_set_next(&slots, 0); i >= 0;
         i = bank_set_next(&slots, i + 1)) {
        unsigned slot = (unsigned)i;

        ASSERT(bank_set_has(&bank.used, slot));
        bank.header.entry_sum += free_check(slot) - entry_at(slot)->check;
        bank_pages_release(entry_at(slot)->first_page,
                           entry_at(slot)->page_count);
        bank_set_remove(&bank.used, slot);
        name_remove(slot);
        count++;
    }
    bank.header.used -= count;
    if (count > 0)
        change_commit(&(struct change){&slots, count, NULL});
}

void bank_rename(unsigned slot, const char *name)
{
    struct bank_entry entry = *entry_at(slot);
    struct bank_set slots = {0};

    ASSERT(bank_set_has(&bank.used, slot));
    ASSERT(bank_find(name) < 0);
    string_copy(entry.name, name, sizeof(entry.name));
    memset(entry.key, 0, sizeof(entry.key));
    entry.key_size = 0;
    entry.check = bank_entry_check(&entry, slot);
    bank.header.entry_sum += entry.check - entry_at(slot)->check;
    name_remove(slot);
    name_add(slot, name_hash(entry.name));
    bank_set_add(&slots, slot);
    change_commit(&(struct change){&slots, 1, &entry});
}

struct bank_block bank_block(unsigned slot)
{
    const struct bank_entry *entry = entry_at(slot);
    uint64_t offset = entry->first_page * PAGE_SIZE;

    ASSERT(bank_set_has(&bank.used, slot));
    return (struct bank_block){
        .name = entry->name,
        .owner = entry->owner,
        .key = entry->key,
        .key_size = entry->key_size,
        .offset = offset,
        .size = entry->page_count * PAGE_SIZE,
        .memory = paddr_add(bank.place.base, offset),
    };
}

uint64_t bank_block_offset(unsigned slot)
{
    return entry_at(slot)->first_page * PAGE_SIZE;
}

const struct bank_set *bank_used(void)
{
    return &bank.used;
}

unsigned bank_find_key(const void *key, unsigned key_size,
                       struct bank_set *set)
{
    unsigned count = 0;

    *set = (struct bank_set){0};
    for (int i = bank_set_next(&bank.used, 0); i >= 0;
         i = bank_set_next(&bank.used, i + 1)) {
        const struct bank_entry *entry = entry_at((unsigned)i);

        if (entry->key_size != key_size ||
            memcmp(entry->key, key, key_size) != 0)
            continue;
        bank_set_add(set, (unsigned)i);
        count++;
    }
    return count;
}

/* ---- Figures ------------------------------------------------------------ */

bool bank_present(void)
{
    return bank.metadata != NULL;
}

struct bank_usage bank_usage(void)
{
    if (bank.metadata == NULL)
        return (struct bank_usage){0};
    return (struct bank_usage){
        .total = bank.place.size - BANK_METADATA_PAGES * PAGE_SIZE,
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
    change_commit(&(struct change){.count = 0});
}
