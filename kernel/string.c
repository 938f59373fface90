/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Strings and the word hash.
 */
#include "kernel/string.h"

/* An aligned word does not reach into another page: it may be read where the
 * text has ended in it, whatever a sanitizer thinks of that. */
__attribute__((no_sanitize("address")))
size_t strnlen(const char *text, size_t max)
{
    size_t length = 0;
    uint64_t word;

    for (; (uintptr_t)(text + length) % sizeof(word) != 0; length++) {
        if (length == max || text[length] == '\0')
            return length;
    }
    for (; length + sizeof(word) <= max; length += sizeof(word)) {
        __builtin_memcpy(&word, text + length, sizeof(word));
        if (string_end_in(word) != 0)
            return length + (size_t)__builtin_ctzll(string_end_in(word)) / 8;
    }
    while (length < max && text[length] != '\0')
        length++;
    return length;
}

size_t strlen(const char *text)
{
    return strnlen(text, SIZE_MAX / 2);
}

int strncmp(const char *a, const char *b, size_t max)
{
    for (size_t i = 0; i < max; i++) {
        if (a[i] != b[i])
            return (unsigned char)a[i] - (unsigned char)b[i];
        if (a[i] == '\0')
            break;
    }
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

/* Equal words are passed over at once; the first that differ, and the tail,
 * are looked at byte by byte. */
int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;
    uint64_t u, v;

    for (; size >= sizeof(u); size -= sizeof(u)) {
        __builtin_memcpy(&u, x, sizeof(u));
        __builtin_memcpy(&v, y, sizeof(v));
        if (u != v)
            break;
        x += sizeof(u);
        y += sizeof(v);
    }
    for (; size > 0; size--, x++, y++) {
        if (*x != *y)
            return *x - *y;
    }
    return 0;
}

void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *target = to;
    const unsigned char *source = from;

    if (target <= source || target >= source + size)
        return memcpy(to, from, size);
    while (size-- > 0)
        target[size] = source[size];
    return to;
}
