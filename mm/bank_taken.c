/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A bit for each page of the bank that is somebody's: a block's as the
 * directory was committed, or the metadata's.  The tree of free runs
 * (bank_pages.c) says which pages may be given out; this is the second opinion,
 * by other code from another source, that is asked before a page is zeroed.
 */
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

static struct {
    uint64_t *words;
    unsigned total; /* pages */
} taken;

bool bank_taken_init(unsigned total)
{
    size_t size = (total + 63) / 64 * sizeof(*taken.words);

    taken.total = total;
    taken.words = total > 0 ? kspace_table(size) : NULL;
    if (taken.words != NULL)
        memset(taken.words, 0, size);
    return total == 0 || taken.words != NULL;
}

/* The part of [page, end) that lies in one word, as its bits; where it ends. */
static inline uint64_t bits_of(unsigned page, unsigned end, unsigned *next)
{
    unsigned last = page / 64 * 64 + 64;
    uint64_t from = ~0ull << page % 64;

    *next = last < end ? last : end;
    return last <= end ? from : from & ~(~0ull << end % 64);
}

void bank_taken_add(unsigned first, unsigned count)
{
    unsigned end = first + count, next;

    ASSERT(end <= taken.total);
    for (unsigned page = first; page < end; page = next) {
        uint64_t bits = bits_of(page, end, &next);

        ASSERT((taken.words[page / 64] & bits) == 0);
        taken.words[page / 64] |= bits;
    }
}

void bank_taken_remove(unsigned first, unsigned count)
{
    unsigned end = first + count, next;

    ASSERT(end <= taken.total);
    for (unsigned page = first; page < end; page = next) {
        uint64_t bits = bits_of(page, end, &next);

        ASSERT((~taken.words[page / 64] & bits) == 0);
        taken.words[page / 64] &= ~bits;
    }
}

bool bank_taken_has(unsigned page)
{
    ASSERT(page < taken.total);
    return (taken.words[page / 64] >> page % 64 & 1) != 0;
}

bool bank_taken_all(unsigned first, unsigned count)
{
    for (unsigned page = first; page < first + count; page++) {
        if (!bank_taken_has(page))
            return false;
    }
    return true;
}

unsigned bank_taken_count(void)
{
    unsigned count = 0;

    for (unsigned page = 0; page < taken.total; page++)
        count += bank_taken_has(page);
    return count;
}
