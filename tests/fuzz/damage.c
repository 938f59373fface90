/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Damage.
 */
#include "damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static uint64_t edge(uint8_t which, size_t size)
{
    const uint64_t edges[] = {
        0, 1, 2, 3, 4, 7, 8, 16, 64, 0x1000, 0xfff, 0x100000,
        size, size - 1, size + 1, size / 2,
        0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8, 0xfffffff9,
        1ull << 63, ~0ull, ~0ull - 7, ~0ull << 12, 1ull << 32, 1ull << 47,
        0x400000, 0x7ff00000, 0x3ff80000, 0x20000000, 0xffff800000000000,
    };

    return edges[which % (sizeof(edges) / sizeof(edges[0]))];
}

void damage(uint8_t *bytes, size_t size, const uint8_t *input, size_t count)
{
    for (; count >= 4 && size >= 8; input += 4, count -= 4) {
        size_t at = ((size_t)input[0] << 8 | input[1]) % (size - 7);
        uint64_t value = edge(input[3], size);

        switch (input[2] % 4) {
        case 0:
            bytes[at] = input[3];
            break;
        case 1:
            memcpy(&bytes[at & ~(size_t)1], &value, 2);
            break;
        case 2:
            memcpy(&bytes[at & ~(size_t)3], &value, 4);
            break;
        case 3:
            memcpy(&bytes[at & ~(size_t)7], &value, 8);
            break;
        }
    }
}

uint8_t *exact_copy(const void *bytes, size_t size)
{
    static uint8_t *copy;

    free(copy);
    copy = malloc(size);
    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

uint8_t *memory_at(uintptr_t address, size_t size)
{
    void *memory = mmap((void *)address, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

    if (memory == MAP_FAILED)
        broken("no memory at a fixed address");
    return memory;
}

void broken(const char *what)
{
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}
