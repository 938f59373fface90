/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Books one step after the other, and may be killed at any instruction.  No
 * step that was booked is ever lost or booked twice:
 *
 *      arun -g 6 ledger
 *
 * There are two entries.  A step writes the one that does not count, and is
 * booked by the one store that makes it count.  Each life first checks the
 * books: the sum of all steps must be what it must be.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>

struct entry {
    volatile unsigned long steps; /* booked */
    volatile unsigned long sum;   /* of their numbers */
};

struct books {
    volatile unsigned long newest; /* the entry that counts: 0 or 1 */
    struct entry entries[2];
};

static struct books *books_open(void)
{
    PmmName name = {"RAM", "ledger"};
    VmAddr address;
    int error = pmmAllocate(&address, &name, sizeof(struct books),
                            HR_GROUP_KEY, HR_GROUP_KEYSIZE);

    if (error != K_OK) {
        printf("ledger: no books: %s\n", k_strerror(error));
        HR_EXIT_HDL();
        exit(1);
    }
    return (struct books *)address;
}

static void books_check(const struct books *books)
{
    const struct entry *entry = &books->entries[books->newest];

    if (entry->sum != entry->steps * (entry->steps + 1) / 2) {
        printf("ledger: FAILED: %lu steps, sum %lu\n", entry->steps,
               entry->sum);
        HR_EXIT_HDL();
        exit(1);
    }
    printf("ledger: %lu steps booked, sum %lu\n", entry->steps, entry->sum);
}

static void book(struct books *books)
{
    const struct entry *now = &books->entries[books->newest];
    struct entry *next = &books->entries[1 - books->newest];

    next->steps = now->steps + 1;
    next->sum = now->sum + next->steps;
    books->newest = 1 - books->newest;
}

int main(void)
{
    struct books *books = books_open();

    books_check(books);
    for (;;) {
        book(books);
    }
}
