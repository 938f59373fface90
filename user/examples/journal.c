/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Keeps a journal whose contents can be checked, for campaigns of faults:
 *
 *      arun -g 3 journal NAME [BEAT]
 *
 * A page of the journal is a number and words that follow from it; the step
 * that writes one also sorts, sums and copies what lies in its own data, so
 * that damage to its text or data shows.  Who finds its data wrong aborts: the
 * next life has them as new.  Who finds its journal wrong says so, and begins
 * another.  BEAT is the period of its heartbeat in milliseconds.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"

#define BEAT_MS 100
#define PAUSE_NS 200000
#define VALUES 64

/* Any numbers; what counts is that they stay what they are. */
static unsigned short values[VALUES] = {
#define FOUR(n) (n), 511 - (n), 997 + 3 * (n), 4001 - 5 * (n)
    FOUR(3),  FOUR(17), FOUR(29), FOUR(31), FOUR(47), FOUR(59),
    FOUR(61), FOUR(73), FOUR(89), FOUR(97), FOUR(101), FOUR(113),
    FOUR(127), FOUR(131), FOUR(151), FOUR(163),
};

static struct {
    unsigned short sorted[VALUES];
    unsigned sum;
    struct journal_page page;
} work;

static unsigned sum_of(const unsigned short *list)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < VALUES; i++) {
        sum += list[i];
    }
    return sum;
}

static void sort(unsigned short *list)
{
    for (unsigned i = 1; i < VALUES; i++) {
        unsigned short value = list[i];
        unsigned at = i;

        for (; at > 0 && list[at - 1] > value; at--) {
            list[at] = list[at - 1];
        }
        list[at] = value;
    }
}

static void data_check(void)
{
    memcpy(work.sorted, values, sizeof(values));
    sort(work.sorted);
    for (unsigned i = 1; i < VALUES; i++) {
        if (work.sorted[i - 1] > work.sorted[i]) {
            abort();
        }
    }
    if (work.sum == 0) {
        work.sum = sum_of(values);
    }
    if (sum_of(work.sorted) != work.sum) {
        abort();
    }
}

static void page_fill(struct journal_page *page, unsigned long step)
{
    page->step = step;
    for (unsigned i = 0; i < JOURNAL_WORDS; i++) {
        page->words[i] = journal_word(step, i);
    }
}

static struct journal *journal_open(const char *text)
{
    PmmName name = {.medium = "RAM"};
    VmAddr address;
    int error;

    strncpy(name.name, text, sizeof(name.name) - 1);
    error = pmmAllocate(&address, &name, sizeof(struct journal),
                        HR_GROUP_KEY, HR_GROUP_KEYSIZE);
    if (error != K_OK) {
        printf("journal: %s: no block: %s\n", text, k_strerror(error));
        return NULL;
    }
    return (struct journal *)address;
}

static void journal_begin(struct journal *journal)
{
    journal->address = 0;
    memset(journal, 0, sizeof(*journal));
    journal->seal = ~(unsigned long)journal;
    journal->address = (unsigned long)journal;
}

/* What the lives before have left. */
static void journal_take_up(struct journal *journal, const char *name)
{
    if (journal->address == 0) {
        journal_begin(journal);
    }
    if (!journal_good(journal)) {
        printf("journal: %s is damaged: begins anew\n", name);
        journal_begin(journal);
    }
    if (journal->address != (unsigned long)journal) {
        printf("journal: %s was at 0x%lx, is at %p\n", name,
               journal->address, (void *)journal);
        journal_begin(journal);
    }
    journal->lives++;
}

/* Writes the page that does not count, and makes it count. */
static void step(struct journal *journal)
{
    unsigned long step = journal->pages[journal->newest & 1].step + 1;

    data_check();
    page_fill(&work.page, step);
    journal->pages[(journal->newest & 1) ^ 1] = work.page;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    journal->newest ^= 1;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "journal";
    int beat_ms = argc > 2 ? atoi(argv[2]) : BEAT_MS;
    struct journal *journal = journal_open(name);
    KnTimeVal pause = {0, PAUSE_NS};

    if (journal == NULL) {
        return 1; /* a failure: tried again */
    }
    journal_take_up(journal, name);
    for (;;) {
        if (hrHeartbeat(beat_ms) != K_OK) {
            abort();
        }
        step(journal);
        (void)!threadDelay(&pause);
    }
}
