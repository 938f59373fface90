/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reading a bank without the bank's code.  Offsets are plain numbers here on
 * purpose: they are those of mm/BANK.md.
 */
#include "oracle.h"

#include <string.h>

#define ENTRIES_OFFSET 0x4000u
#define LAYOUT ORACLE_LAYOUT
#define HASH_BEGIN 0xcbf29ce484222325ull
#define SEED (HASH_BEGIN ^ LAYOUT)

/* A number of 4 or 8 bytes; the host is little endian, as the bank is. */
static uint64_t get(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;

    memcpy(&value, bytes, size);
    return value;
}

static uint64_t hash(const uint8_t *bytes, unsigned words, uint64_t seed)
{
    uint64_t value = seed;

    for (unsigned i = 0; i < words; i++) {
        value = (value ^ get(bytes + 8 * i, 8)) * 0x9e3779b97f4a7c15ull;
        value = (value ^ value >> 32) * 0xd6e8feb86659fd93ull;
        value ^= value >> 29;
    }
    return value;
}

size_t oracle_header_offset(unsigned copy)
{
    return copy * 0x1000u;
}

size_t oracle_entry_offset(unsigned capacity, unsigned copy, unsigned slot)
{
    return ENTRIES_OFFSET + (copy * (size_t)capacity + slot) * 128u;
}

unsigned oracle_capacity(const uint8_t *bank)
{
    return (unsigned)get(bank + 28, 2);
}

unsigned oracle_first_page(unsigned capacity)
{
    return 4 + 2 * (capacity / 32);
}

bool oracle_entry_good(const uint8_t *bank, unsigned copy, unsigned slot)
{
    const uint8_t *entry =
        bank + oracle_entry_offset(oracle_capacity(bank), copy, slot);

    return get(entry + 120, 8) == hash(entry, 15, SEED + slot + 1);
}

static const char *header_read(const uint8_t *bank, size_t size, unsigned used)
{
    unsigned capacity = oracle_capacity(bank);
    unsigned extent = (unsigned)get(bank + 30, 2);

    if (memcmp(bank, "RpseBank", 8) != 0)
        return "no magic";
    if (get(bank + 8, 8) != LAYOUT)
        return "another layout";
    if (get(bank + 24, 4) * 4096 != size)
        return "another size";
    if (capacity < 256 || capacity > 32768 || capacity % 64 != 0)
        return "a capacity that no bank has";
    if (extent < 256 || extent > capacity)
        return "an extent outside the directory";
    if (get(bank + 40, 4) != used)
        return "used is wrong";
    if (get(bank + 56, 8) != hash(bank, 7, SEED))
        return "the header's check is wrong";
    return NULL;
}

static const char *entry_read(const uint8_t *entry, size_t size,
                              unsigned first_page, struct oracle_block *block)
{
    size_t length = strnlen((const char *)entry, 48);
    uint64_t place = get(entry + 104, 8);

    memcpy(block->name, entry, 48);
    memcpy(block->key, entry + 48, 32);
    block->first = (unsigned)(place & 0xfffff);
    block->count = (unsigned)(place >> 20 & 0xfffff);
    block->key_size = (unsigned)(place >> 40 & 0xff);
    block->sealed = place >> 48 == 0x6573;
    block->seal = get(entry + 112, 8);
    if (place >> 48 != 0x7375 && !block->sealed)
        return "a state is neither free nor used nor sealed";
    if (!block->sealed && block->seal != 0)
        return "a seal without its state";
    if (length == 0 || length == 48 || block->key_size > 32)
        return "a text is wrong";
    if (block->first < first_page || block->count == 0 ||
        block->first + block->count > size / 4096)
        return "pages outside the bank";
    return NULL;
}

static const char *pairs_check(const struct oracle *oracle)
{
    const struct oracle_block *a, *b;

    for (a = oracle->blocks; a < oracle->blocks + oracle->count; a++) {
        for (b = oracle->blocks; b < a; b++) {
            if (strcmp(a->name, b->name) == 0)
                return "two blocks with one name";
            if (a->first < b->first + b->count &&
                b->first < a->first + a->count)
                return "two blocks on one page";
        }
    }
    return NULL;
}

/* Whether nobody has stored anything in the slots behind the extent. */
static bool rest_is_blank(const uint8_t *bank, unsigned capacity,
                          unsigned extent)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        size_t end = oracle_entry_offset(capacity, copy, capacity);

        for (size_t at = oracle_entry_offset(capacity, copy, extent); at < end;
             at += 8) {
            if (get(bank + at, 8) != 0)
                return false;
        }
    }
    return true;
}

const char *oracle_read_from(const uint8_t *bank, size_t size, unsigned from,
                             struct oracle *oracle)
{
    unsigned capacity = oracle_capacity(bank);
    unsigned extent = (unsigned)get(bank + 30, 2);
    unsigned used = 0;
    uint64_t sum = 0;
    const char *wrong;

    oracle->count = 0;
    if (oracle_entry_offset(capacity, 2, 0) >= size || extent > capacity)
        return "no room for the directory";
    if (memcmp(bank, bank + oracle_header_offset(1), 64) != 0 ||
        memcmp(bank + oracle_entry_offset(capacity, 0, 0),
               bank + oracle_entry_offset(capacity, 1, 0), extent * 128u) != 0)
        return "the copies differ";
    if (!rest_is_blank(bank, capacity, extent))
        return "something is behind the extent";
    for (unsigned slot = 0; slot < extent; slot++) {
        const uint8_t *entry = bank + oracle_entry_offset(capacity, 0, slot);
        struct oracle_block *block = &oracle->blocks[oracle->count];

        sum += get(entry + 120, 8);
        if (!oracle_entry_good(bank, 0, slot))
            return "an entry's check is wrong";
        if (get(entry + 110, 2) == 0)
            continue;
        if (oracle->count == ORACLE_BLOCKS_MAX)
            return "more blocks than the test can have";
        block->slot = slot;
        wrong = entry_read(entry, size, oracle_first_page(capacity), block);
        if (wrong != NULL)
            return wrong;
        used++;
        oracle->count += slot >= from;
    }
    if (sum != get(bank + 32, 8))
        return "the sum of the checks is wrong";
    wrong = header_read(bank, size, used);
    return wrong != NULL ? wrong : pairs_check(oracle);
}

const char *oracle_read(const uint8_t *bank, size_t size,
                        struct oracle *oracle)
{
    return oracle_read_from(bank, size, 0, oracle);
}

static bool block_equal(const struct oracle_block *a,
                        const struct oracle_block *b)
{
    return a->slot == b->slot && strcmp(a->name, b->name) == 0 &&
           memcmp(a->key, b->key, sizeof(a->key)) == 0 &&
           a->key_size == b->key_size && a->first == b->first &&
           a->count == b->count && a->sealed == b->sealed;
}

static void put(uint8_t *bytes, uint64_t value)
{
    memcpy(bytes, &value, 8);
}

void oracle_translate(uint8_t *bank, unsigned copy, uint64_t layout)
{
    unsigned capacity = oracle_capacity(bank);
    uint8_t *header = bank + oracle_header_offset(copy);
    unsigned extent = (unsigned)get(header + 30, 2);
    uint64_t sum = 0;

    for (unsigned slot = 0; slot < extent; slot++) {
        uint8_t *entry = bank + oracle_entry_offset(capacity, copy, slot);

        put(entry + 120, hash(entry, 15, (HASH_BEGIN ^ layout) + slot + 1));
        sum += get(entry + 120, 8);
    }
    put(header + 8, layout);
    put(header + 32, sum);
    put(header + 56, hash(header, 7, HASH_BEGIN ^ layout));
}

bool oracle_seal_fits(const uint8_t *bank, const struct oracle_block *block)
{
    return block->seal == hash(bank + block->first * 4096ul,
                               block->count * 512, SEED);
}

bool oracle_equal(const struct oracle *a, const struct oracle *b)
{
    if (a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++) {
        if (!block_equal(&a->blocks[i], &b->blocks[i]))
            return false;
    }
    return true;
}

const struct oracle_block *oracle_find(const struct oracle *oracle,
                                       const char *name)
{
    for (unsigned i = 0; i < oracle->count; i++) {
        if (strcmp(oracle->blocks[i].name, name) == 0)
            return &oracle->blocks[i];
    }
    return NULL;
}

bool oracle_has(const struct oracle *oracle, const struct oracle_block *block)
{
    const struct oracle_block *found = oracle_find(oracle, block->name);

    return found != NULL && block_equal(found, block);
}
