/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which pages of the bank are taken: one bit a page, in ordinary RAM.  It is
 * derived from the directory at each start and so cannot disagree with it
 * after a crash.
 */
#include "kernel/assert.h"
#include "mm/bank_core.h"

static struct {
    unsigned first, total; /* pages that blocks may have: first to total-1 */
    unsigned free;
    uint64_t taken[BANK_PAGES_MAX / 64];
} pages;

/* The first page at or after from that is taken (or that is free), or
 * pages.total. */
static unsigned pages_next(unsigned from, bool taken)
{
    while (from < pages.total) {
        uint64_t word = pages.taken[from / 64];

        word = (taken ? word : ~word) & ~0ull << from % 64;
        from &= ~63u;
        if (word != 0) {
            from += (unsigned)__builtin_ctzll(word);
            break;
        }
        from += 64;
    }
    return from < pages.total ? from : pages.total;
}

void bank_pages_init(unsigned first, unsigned total)
{
    ASSERT(first <= total);
    ASSERT(total <= BANK_PAGES_MAX);
    memset(pages.taken, 0, sizeof(pages.taken));
    pages.first = first;
    pages.total = total;
    pages.free = total - first;
}

int bank_pages_find(unsigned count)
{
    unsigned start = pages_next(pages.first, false);

    ASSERT(count > 0);
    while (start < pages.total) {
        unsigned end = pages_next(start, true);

        if (end - start >= count)
            return (int)start;
        start = pages_next(end, false);
    }
    return -1;
}

/* The end of a run of pages, which must be the blocks' pages. */
static unsigned run_end(unsigned first, unsigned count)
{
    ASSERT(first >= pages.first);
    ASSERT(first <= pages.total);
    ASSERT(count <= pages.total - first);
    return first + count;
}

bool bank_pages_free(unsigned first, unsigned count)
{
    return pages_next(first, true) >= run_end(first, count);
}

bool bank_pages_taken(unsigned first, unsigned count)
{
    return pages_next(first, false) >= run_end(first, count);
}

void bank_pages_take(unsigned first, unsigned count)
{
    ASSERT(bank_pages_free(first, count));
    for (unsigned page = first; page < first + count; page++)
        pages.taken[page / 64] |= 1ull << page % 64;
    pages.free -= count;
}

void bank_pages_release(unsigned first, unsigned count)
{
    ASSERT(bank_pages_taken(first, count));
    for (unsigned page = first; page < first + count; page++)
        pages.taken[page / 64] &= ~(1ull << page % 64);
    pages.free += count;
}

unsigned bank_pages_count_free(void)
{
    return pages.free;
}
