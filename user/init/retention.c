/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command that shows what a reset leaves of RAM, and from that where a
 * bank could be.  The kernel fills and looks; the merging, the figures and the
 * advice are here.
 */
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* Without a bank to compare with: what pmm.rambankSize is by default. */
#define BANK_SIZE_DEFAULT 0x100000ul

/* Where a bank is advised to begin, if there is room for such a choice. */
#define PLACE_ALIGN 0x100000ul

/* RAM that decays changes its kind with each page: the line is slow, and the
 * totals say the same. */
#define LINES_MAX 100
#define PLACES_MAX 8

struct range {
    VmAddr start;
    VmSize size; /* 0: none yet */
    int kind;
    VmSize flipped; /* bits */
};

static struct {
    VmSize bank_size;
    VmSize size[K_RETENTION_LOST + 1]; /* totals, by kind */
    VmSize flipped;
    unsigned lines;
    struct range places[PLACES_MAX]; /* with room for a bank */
    unsigned place_count;
} report;

static void explain(void)
{
    printf(
        "What does a reset of this machine leave of its RAM?  Two steps:\n"
        "  retention fill now   fills all free RAM with a pattern and resets\n"
        "                       the machine; everything that runs, ends\n"
        "  retention report     at the next start, before anything else: what\n"
        "                       is left of the pattern, and where a bank\n"
        "                       could be; changes nothing\n"
        "The kernel, the archive and the bank are neither filled nor looked\n"
        "at, nor is what was in use then or is now.\n");
}

static void kind_print(const struct range *range)
{
    switch (range->kind) {
    case K_RETENTION_WHOLE:
        printf("kept whole\n");
        break;
    case K_RETENTION_FLIPPED:
        printf("kept with %lu flipped bits\n", range->flipped);
        break;
    default:
        printf("lost\n");
    }
}

static void range_print(const struct range *range)
{
    printf("  0x%09lx .. 0x%09lx %9luK  ", range->start,
           range->start + range->size - 1, range->size / 1024);
    kind_print(range);
}

/* Takes a range that nothing can be merged with any more. */
static void range_take(const struct range *range)
{
    if (range->size == 0) {
        return;
    }
    report.size[range->kind] += range->size;
    report.flipped += range->flipped;
    if (report.lines++ < LINES_MAX) {
        range_print(range);
    }
    if (range->kind == K_RETENTION_WHOLE && range->size >= report.bank_size &&
        report.place_count < PLACES_MAX) {
        report.places[report.place_count++] = *range;
    }
}

/* Goes through all of RAM; returns an error or K_OK. */
static int ranges_look(void)
{
    KnRetention look = {.action = K_RETENTION_LOOK};
    struct range range = {0};
    int result;

    while ((result = sysRetention(&look)) > 0) {
        if (look.kind == range.kind &&
            look.startAddr == range.start + range.size) {
            range.size += look.size;
            range.flipped += look.flipped;
        } else {
            range_take(&range);
            range = (struct range){look.startAddr, look.size, look.kind,
                                   look.flipped};
        }
        look.startAddr += look.size;
    }
    range_take(&range);
    return result;
}

/* The middle of a range: what grows from below, as the kernel and its archive
 * do, and what firmware takes from above are both far. */
static VmAddr place_in(const struct range *range)
{
    VmAddr middle = range->start + (range->size - report.bank_size) / 2;
    VmAddr round = middle & ~(PLACE_ALIGN - 1);

    return round >= range->start ? round : middle & ~(K_PAGE_SIZE - 1ul);
}

static void places_print(void)
{
    if (report.place_count == 0) {
        printf("no range could hold a bank of %luK\n",
               report.bank_size / 1024);
        return;
    }
    printf("a bank of %luK could be in:\n", report.bank_size / 1024);
    for (unsigned i = 0; i < report.place_count; i++) {
        const struct range *place = &report.places[i];

        printf("  0x%09lx .. 0x%09lx, with pmm.base=0x%lx\n", place->start,
               place->start + place->size - 1, place_in(place));
    }
}

static void totals_print(void)
{
    if (report.lines > LINES_MAX) {
        printf("  and %u more ranges\n", report.lines - LINES_MAX);
    }
    printf("kept whole: %luK; kept with %lu flipped bits: %luK; lost: %luK\n",
           report.size[K_RETENTION_WHOLE] / 1024, report.flipped,
           report.size[K_RETENTION_FLIPPED] / 1024,
           report.size[K_RETENTION_LOST] / 1024);
}

static void report_print(void)
{
    KnSysInfo info = {0};
    int result = sysInfo(&info);

    memset(&report, 0, sizeof(report));
    report.bank_size = info.bankSize ? info.bankSize : BANK_SIZE_DEFAULT;
    if (result >= 0) {
        result = ranges_look();
    }
    if (result < 0) {
        complain("%s", k_strerror(result));
        return;
    }
    totals_print();
    if (report.size[K_RETENTION_WHOLE] + report.size[K_RETENTION_FLIPPED] ==
        0) {
        printf("no trace of the pattern: RAM was not filled, or the reset "
               "lost it all\n");
        return;
    }
    places_print();
    if (info.bankSize > 0) {
        printf("not looked at: the bank, %luK at 0x%lx\n",
               info.bankSize / 1024, info.bankStart);
    }
}

/* Does not come back if all is well. */
static void fill(void)
{
    KnRetention all = {.action = K_RETENTION_FILL};

    fflush(stdout);
    complain("%s", k_strerror(sysRetention(&all)));
}

void command_retention(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (argc == 1) {
        explain();
    } else if (strcmp(verb, "report") == 0 && argc == 2) {
        report_print();
    } else if (strcmp(verb, "fill") == 0 && argc == 2) {
        complain("this ends everything that runs, and resets the machine: "
                 "if you mean it, \"retention fill now\"");
    } else if (strcmp(verb, "fill") == 0 && argc == 3 &&
               strcmp(argv[2], "now") == 0) {
        fill();
    } else {
        complain_usage();
    }
}
