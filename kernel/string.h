/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The few functions of <string.h> that the kernel uses.  memcpy, memmove,
 * memset and memcmp come from arch/<arch>/memory.S and string.c; host tests
 * take the C library's.
 */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);

/* Copies text into a buffer of size bytes: always terminated, cut if long. */
void string_copy(char *to, const char *text, size_t size);

/* True if text begins with prefix. */
bool string_starts(const char *text, const char *prefix);

/* Not 0 if a byte of a word of text is; the lowest bit that is set then is the
 * highest bit of the first such byte. */
static inline uint64_t string_end_in(uint64_t word)
{
    return (word - 0x0101010101010101ull) & ~word & 0x8080808080808080ull;
}

/* A 64-bit hash of words; the tail is padded with zeros.  It chains: pass the
 * last result as seed (HASH_START to begin).  It guards against damage, not
 * against an enemy, stirs every bit and costs about eight instructions a word:
 * for what lives long and may decay, the bank above all. */
#define HASH_START 0xcbf29ce484222325ull
uint64_t hash_words(const void *data, size_t size, uint64_t seed);

/* One word of it.  One to one in both arguments, like every line.  Two
 * multiplications, because one alone carries a flipped top bit to a single bit,
 * which the next word could flip back. */
static inline uint64_t hash_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
    hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93ull;
    return hash ^ hash >> 29;
}

/* The same as hash_words() for a few whole words, whose number is known where
 * this is compiled: without a loop, but in files that are to be small. */
#ifdef __OPTIMIZE_SIZE__
#define hash_few hash_words
#else
static inline uint64_t hash_few(const void *data, size_t size, uint64_t seed)
{
    const uint64_t *words = data;
    uint64_t hash = seed;

#pragma GCC unroll 16
    for (size_t i = 0; i < size / sizeof(*words); i++)
        hash = hash_step(hash, words[i]);
    return hash;
}
#endif

/* CRC-32C of data that begin on a word of 64 bits and are padded with zeros to
 * one.  Most processors have an instruction for a word of it, so that what a
 * restart waits for is checked with this.  Up to three flipped bits are always
 * seen, wherever they are. */
uint32_t crc32c(const void *data, size_t size);

/* Two of them at once, for what is large: of the words with even numbers the
 * lower half, of those with odd ones the upper.  Neither is inverted, and they
 * chain as the hashes do: data of one are whole pairs of words, or its last,
 * which is padded with zeros. */
uint64_t crc32c_twin(const void *data, size_t size, uint64_t seed);

#endif
