/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the C library does not have: cut copies, prefixes and the word hash.
 * Apart from string.c so that host tests take the C library's half from the C
 * library and this half from here.
 */
#include "kernel/assert.h"
#include "arch/arch.h"
#include "kernel/assert.h"
#include "kernel/string.h"

void string_copy(char *to, const char *text, size_t size)
{
    ASSERT(size > 0);
    size_t length = strnlen(text, size - 1);

    memcpy(to, text, length);
    memset(to + length, 0, size - length);
}

bool string_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The tail of data, padded with zeros to a word. */
static uint64_t tail_word(const unsigned char *bytes, size_t size)
{
    uint64_t word = 0;

    memcpy(&word, bytes, size);
    return word;
}

static inline uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word;

    __builtin_memcpy(&word, bytes, sizeof(word)); /* one load */
    return word;
}

uint64_t hash_words(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *bytes = data;
    uint64_t hash = seed, word;

    for (; size >= 4 * sizeof(word); size -= 4 * sizeof(word)) {
        hash = hash_step(hash, word_at(bytes));
        hash = hash_step(hash, word_at(bytes + sizeof(word)));
        hash = hash_step(hash, word_at(bytes + 2 * sizeof(word)));
        hash = hash_step(hash, word_at(bytes + 3 * sizeof(word)));
        bytes += 4 * sizeof(word);
    }
    for (; size >= sizeof(word); size -= sizeof(word)) {
        word = word_at(bytes);
        hash = hash_step(hash, word);
        bytes += sizeof(word);
    }
    return size == 0 ? hash : hash_step(hash, tail_word(bytes, size));
}

static uint64_t bulk_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
    return hash << 31 | hash >> 33;
}

uint64_t hash_bulk(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *bytes = data;
    uint64_t hash = seed, word;

#pragma GCC unroll 4
    for (; size >= sizeof(word); size -= sizeof(word)) {
        __builtin_memcpy(&word, bytes, sizeof(word));
        hash = bulk_step(hash, word);
        bytes += sizeof(word);
    }
    return size == 0 ? hash : bulk_step(hash, tail_word(bytes, size));
}

#define CRC32C_POLYNOMIAL 0x82f63b78u /* Castagnoli's, lowest bit first */

static uint32_t crc32c_byte(uint32_t crc, unsigned char byte)
{
    crc ^= byte;
    for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? CRC32C_POLYNOMIAL : 0);
    return crc;
}

uint32_t crc32c_words(uint32_t crc, const uint64_t *words, size_t count)
{
    const unsigned char *bytes = (const unsigned char *)words;

    for (size_t i = 0; i < count * sizeof(*words); i++)
        crc = crc32c_byte(crc, bytes[i]);
    return crc;
}

uint32_t crc32c(const void *data, size_t size)
{
    size_t whole = size / sizeof(uint64_t), rest = size % sizeof(uint64_t);
    const uint64_t *words = data;
    uint32_t crc = arch_crc32c(~0u, words, whole);
    uint64_t tail;

    ASSERT((uintptr_t)data % sizeof(uint64_t) == 0);
    if (rest > 0) {
        tail = tail_word((const unsigned char *)(words + whole), rest);
        crc = arch_crc32c(crc, &tail, 1);
    }
    return ~crc;
}
