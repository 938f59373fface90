/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the C library does not have: cut copies, prefixes and the word hash.
 * Apart from string.c so that host tests take the C library's half from the C
 * library and this half from here.
 */
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

/* ---- CRC-32C ------------------------------------------------------------- */

typedef uint64_t crc_step(uint64_t crc, uint64_t word);

/* Where the processor has no instruction: half a byte at a time.  What the
 * table holds is the remainder of each half byte by Castagnoli's polynomial,
 * lowest bit first. */
static uint64_t crc_step_slow(uint64_t crc, uint64_t word)
{
    static const uint32_t remainders[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
        0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };

    word ^= crc;
    for (int half = 0; half < 16; half++)
        word = word >> 4 ^ remainders[word & 15];
    return word;
}

static inline __attribute__((always_inline)) uint64_t crc_run(
    uint64_t crc, const uint64_t *words, size_t count, crc_step *step)
{
#pragma GCC unroll 8
    for (; count > 0; count--)
        crc = step(crc, *words++);
    return crc;
}

uint32_t crc32c(const void *data, size_t size)
{
    size_t whole = size / sizeof(uint64_t), rest = size % sizeof(uint64_t);
    const uint64_t *words = data;
    bool quick = arch_has_crc();
    uint64_t crc = ~0u;

    ASSERT((uintptr_t)data % sizeof(uint64_t) == 0);
    crc = quick ? crc_run(crc, words, whole, arch_crc32c_step)
                : crc_run(crc, words, whole, crc_step_slow);
    if (rest > 0) {
        uint64_t tail = tail_word((const unsigned char *)(words + whole), rest);

        crc = quick ? arch_crc32c_step(crc, tail) : crc_step_slow(crc, tail);
    }
    return ~(uint32_t)crc;
}

struct twin {
    uint64_t even, odd;
};

static inline __attribute__((always_inline)) struct twin twin_run(
    struct twin twin, const uint64_t *words, size_t pairs, crc_step *step)
{
#pragma GCC unroll 4
    for (; pairs > 0; pairs--) {
        twin.even = step(twin.even, words[0]);
        twin.odd = step(twin.odd, words[1]);
        words += 2;
    }
    return twin;
}

static struct twin twin_over(struct twin twin, const uint64_t *words,
                             size_t pairs)
{
    return arch_has_crc() ? twin_run(twin, words, pairs, arch_crc32c_step)
                          : twin_run(twin, words, pairs, crc_step_slow);
}

uint64_t crc32c_twin(const void *data, size_t size, uint64_t seed)
{
    struct twin twin = {(uint32_t)seed, seed >> 32};
    uint64_t last[2] = {0, 0};
    size_t rest = size % sizeof(last);
    const char *end = (const char *)data + (size - rest);

    ASSERT((uintptr_t)data % sizeof(uint64_t) == 0);
    twin = twin_over(twin, data, size / sizeof(last));
    if (rest > 0) {
        memcpy(last, end, rest);
        twin = twin_over(twin, last, 1);
    }
    return twin.even | twin.odd << 32;
}
