/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tries that end a life.  What must come of one is written into a block before
 * it is made; the next life looks how the last one ended, as the kernel tells
 * everybody, and goes on after it.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/isolation/isolation.h"

#define SURVIVED_MAX 400
#define ACTORS 70
#define WORDS_MAX 80

struct progress {
    unsigned long next, last, lives, ended, skipped, survived, odd;
    unsigned long list[SURVIVED_MAX]; /* numbers of those that survived */
    unsigned long pending;            /* the last one's number, plus 1 */
};

/* ---- Kinds that every processor has -------------------------------------- */

static const unsigned long places[] = {
    0, 8, 0xfff, 0x1000, 0xffff, 0x10000, 0x3ff000, 0x7fee0000, 0x7ff00000,
    0x80000000, 0x80014000, 0xbffff000, 0xc0000000, 0xfffe0000, 0xffff0000,
    0xfee00000, 0xfec00000, 0x9000000, 0x8000000, 0x100000000,
    0x7ffffffeffff, 0x7fffffff0000, 0x7ffffffffff8, 0x800000000000,
    0x800000001000, 0xffff000000000000, 0xffff000040000000,
    0xffff7ffffffffff8, 0xffff800000000000, 0xffff800000100000,
    0xffff800002000000, 0xffffc00000000000, 0xffffff8000000000,
    0xffffffff80000000, 0xffffffff80100000, 0xffffffff80200000,
    0xffffffffc0000000, 0xffffffffffe00000, 0xfffffffffffff000,
    0xfffffffffffffff8, 1ul << 56, 1ul << 63, 0xff00000000400000,
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

static struct ending fault_at(const char *words, unsigned long at)
{
    if (!address_is_told(at))
        return (struct ending){.words = {PRIVILEGED}};
    return (struct ending){{words}, true, at};
}

static void jump_to(unsigned long at)
{
    ((void (*)(void))at)();
}

/* Three ways to each place. */
static struct ending access_expect(unsigned long index)
{
    static const char *const words[] = {"page fault reading ",
                                        "page fault writing ",
                                        "page fault executing "};

    return fault_at(words[index % 3], places[index / 3]);
}

static void access_try(unsigned long index)
{
    volatile unsigned long *at = (volatile unsigned long *)places[index / 3];

    if (index % 3 == 0)
        (void)*at;
    else if (index % 3 == 1)
        *at = 0x77;
    else
        jump_to((unsigned long)at);
}

/* Every page below 4 GiB; then places elsewhere, at random: in the
 * window of the bank, in the actors' part, the kernel's, and in none. */
#define LOW_PAGES (LOW_END / PAGE)

static unsigned long mixed(unsigned long n)
{
    n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ul;
    n = (n ^ n >> 27) * 0x94d049bb133111ebul;
    return (n ^ n >> 31) & ~3ul;
}

static unsigned long jump_address(unsigned long index)
{
    unsigned long random = mixed(index);
    KnSysInfo info;

    if (index < LOW_PAGES)
        return index * PAGE;
    switch (index % 4) {
    case 0:
        if (sysInfo(&info) != K_OK || info.bankTotal == 0)
            failed("sysInfo", index);
        return info.bankAddr + random % info.bankTotal;
    case 1:
        return LOW_END | random >> 17;
    case 2:
        return random | 0xfffful << 48;
    default:
        return random;
    }
}

/* Into its own text it may go, wherever that leads. */
static struct ending jump_expect(unsigned long index)
{
    unsigned long at = jump_address(index);
    const KnRgnStat *region = region_at(at);

    if (region != NULL && (region->options & K_EXECUTABLE))
        return (struct ending){0};
    return fault_at("page fault executing ", at);
}

static void jump_try(unsigned long index)
{
    jump_to(jump_address(index));
}

static const struct kind kinds[] = {
    {"access", access_expect, access_try, 3 * PLACE_COUNT},
    {"jump", jump_expect, jump_try, LOW_PAGES + LOW_PAGES / 16},
    {0},
};

static const struct kind *kind_of(const struct kind *at, const char *name)
{
    while (at->name != NULL && strcmp(at->name, name) != 0)
        at++;
    return at->name != NULL ? at : NULL;
}

/* ---- One life after the other -------------------------------------------- */

/* What the kernel says about the end of the life before. */
static void own_words(char words[WORDS_MAX])
{
    static KnActorInfo actors[ACTORS];
    int count = actorList(actors, sizeof(actors));
    KnActorQuota own;

    if (actorQuota(0, &own) != K_OK)
        failed("actorQuota", 0);
    for (int i = 0; i < count && i < ACTORS; i++) {
        if (actors[i].aid == own.aid)
            memcpy(words, actors[i].fault, WORDS_MAX);
    }
}

static bool words_fit(const char *words, const struct ending *ending)
{
    for (int i = 0; i < ENDINGS && ending->words[i] != NULL; i++) {
        size_t length = strlen(ending->words[i]);

        if (strncmp(words, ending->words[i], length) == 0)
            return !ending->at_address ||
                   strtoul(words + length, NULL, 0) == ending->address;
    }
    return false;
}

static void ended(struct progress *progress, const struct kind *kind)
{
    unsigned long number = progress->pending - 1;
    struct ending ending = kind->expect(number);
    char words[WORDS_MAX] = "";

    progress->pending = 0;
    progress->ended++;
    own_words(words);
    if (words_fit(words, &ending))
        return;
    progress->odd++;
    printf("isolation: %s %lu: ended by: %s\n", kind->name, number, words);
}

static void survived(struct progress *progress, unsigned long number)
{
    progress->pending = 0;
    if (progress->survived < SURVIVED_MAX)
        progress->list[progress->survived] = number;
    progress->survived++;
}

/* The numbers of a part are spread over all: the factor is a prime that
 * divides no count. */
static unsigned long number_of(const struct kind *kind, unsigned long index)
{
    return index * 40507 % kind->count;
}

static void try_on(struct progress *progress, const struct kind *kind)
{
    while (progress->next < progress->last) {
        unsigned long number = number_of(kind, progress->next++);
        struct ending ending = kind->expect(number);

        if (ending.words[0] == NULL) {
            progress->skipped++;
            continue;
        }
        progress->pending = number + 1;
        kind->attempt(number);
        survived(progress, number);
    }
}

static struct progress *progress_open(void)
{
    PmmName name = {"RAM", PROGRESS_NAME};
    VmAddr address;

    if (pmmAllocate(&address, &name, sizeof(struct progress), HR_GROUP_KEY,
                    HR_GROUP_KEYSIZE) != K_OK)
        failed("pmmAllocate", 0);
    return (struct progress *)address;
}

void lives(const char *name, unsigned long first, unsigned long count)
{
    const struct kind *kind = kind_of(kinds, name);
    struct progress *progress = progress_open();

    if (kind == NULL)
        kind = kind_of(processor_kinds, name);
    if (kind == NULL)
        failed("no such kind", 0);
    regions_get();
    if (progress->lives++ == 0) {
        progress->next = first;
        progress->last = first + (count < kind->count ? count : kind->count);
    }
    if (progress->pending != 0)
        ended(progress, kind);
    try_on(progress, kind);
    printf("isolation: %s: %lu ended, %lu skipped, %lu odd, of %lu, %lu "
           "survived:", kind->name, progress->ended, progress->skipped,
           progress->odd, kind->count, progress->survived);
    for (unsigned i = 0; i < progress->survived && i < SURVIVED_MAX; i++)
        printf(" %lu", progress->list[i]);
    printf(" end\n");
    HR_EXIT_HDL();
}
