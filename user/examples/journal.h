/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a journal keeps, and when it is good: for who writes it (journal.c),
 * and for who looks whether it is whole.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>

#define JOURNAL_WORDS 48

struct journal_page {
    unsigned long step;
    unsigned long words[JOURNAL_WORDS];
};

/* The page that newest names counts; the other may be half written.  It has
 * begun when address, which is written last, is not 0. */
struct journal {
    volatile unsigned long seal, address; /* where it has been ever since */
    unsigned long lives;
    volatile unsigned long newest;
    struct journal_page pages[2];
};

static inline unsigned long journal_word(unsigned long step, unsigned i)
{
    unsigned long word = (step << 8 | i) * 0x9e3779b97f4a7c15ul;

    return step == 0 ? 0 : word ^ word >> 29;
}

static inline bool journal_good(const struct journal *journal)
{
    const struct journal_page *page = &journal->pages[journal->newest & 1];

    if (journal->address == 0) {
        return true;
    }
    if (journal->newest > 1 || journal->seal != ~journal->address) {
        return false;
    }
    for (unsigned i = 0; i < JOURNAL_WORDS; i++) {
        if (page->words[i] != journal_word(page->step, i)) {
            return false;
        }
    }
    return true;
}

#endif
