/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the restart supervisor remembers of groups and of the last failures,
 * for those who look: it lies at the start of the persistent block
 * HR_BOARD_NAME, and pmmRead() shows it without holding it.  All of it is
 * ours.
 */
#ifndef HR_HRBOARD_H
#define HR_HRBOARD_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HR_BOARD_NAME "__SYS.supervisor"

/* How far the supervisor has gone with a group. */
enum {
    HR_STAGE_NORMAL = 0,
    HR_STAGE_ASIDE,  /* started once without its blocks */
    HR_STAGE_PARKED, /* left down until somebody acts */
};

/* The history of one group.  All zero: it never failed. */
typedef struct {
    unsigned restarts;          /* since the group began */
    unsigned badness;           /* at stampMs, in thousandths of a point */
    unsigned long long stampMs; /* of the last start, since the site's */
    unsigned stage;             /* HR_STAGE_... */
    unsigned boots, siteRestarts; /* the life of the site that stampMs is of */
    unsigned nextMs; /* the next start after stampMs, 0: none is due */
    unsigned crash;  /* the last one of hrCrashes() that badness has in it */
    unsigned reserved;
} HrHistory;

/* One failure, of whatever actor; group -1: it is in none. */
typedef struct {
    int aid, group;
    unsigned restarts;            /* lives before the one that ended */
    int end;                      /* HR_END_... */
    unsigned boots, siteRestarts; /* the life of the site */
    unsigned long long atMs;      /* since its start */
    char name[K_ACTORNAMEMAX];
    char why[80]; /* in words */
} HrCrash;

#define HR_CRASHES 16 /* are kept */

/* The policy that is followed (user/supervisor/README.md). */
typedef struct {
    unsigned maxBadness, maxDelayed; /* points */
    unsigned intervalMs, delayFirstMs, delayMaxMs;
    unsigned aside;      /* 0: blocks are never set aside */
    unsigned giveUpSite; /* 0: a group that is given up is parked */
} HrPolicy;

/* The layout.  check covers what follows it in its structure; of two copies
 * the newer one with a right check counts. */
typedef struct {
    unsigned check, sequence;
    HrHistory history;
} HrHistoryCopy;

typedef struct {
    unsigned check, sequence; /* 1 for the first crash ever, then on */
    HrCrash crash;
} HrCrashCopy;

typedef struct {
    unsigned check, version, rowCount, rowSize;
    HrHistoryCopy groups[HR_GROUPS_MAX][2];
    HrCrashCopy crashes[HR_CRASHES];
    HrPolicy policy;
    unsigned reserved;
} HrBoard;

/* Mixes one more word into a check.  Each step can be undone, so one word
 * that differs always shows; without the turn, two flips of the highest bit
 * would cancel. */
static inline unsigned hr_board_mix(unsigned check, unsigned word)
{
    check ^= word;
    return (check << 13 | check >> 19) * 16777619u;
}

/* The check of size bytes, whole words, never 0.  Any actor; does not block.
 * Ours. */
static inline unsigned hr_board_check(const void *bytes, unsigned long size)
{
    const unsigned *word = (const unsigned *)bytes;
    unsigned check = 2166136261u;

    for (unsigned long i = 0; i < size / sizeof(*word); i++)
        check = hr_board_mix(check, word[i]);
    return check == 0 ? 1 : check;
}

/* The copy that counts: 0 or 1, or -1 for none.  Any actor; does not block.
 * Ours. */
static inline int hr_board_newest(const HrHistoryCopy copies[2])
{
    int whole[2];

    for (int i = 0; i < 2; i++)
        whole[i] = copies[i].check ==
                   hr_board_check(&copies[i].sequence,
                                  sizeof(copies[i]) - sizeof(copies[i].check));
    if (whole[0] && whole[1])
        return (int)(copies[1].sequence - copies[0].sequence) > 0;
    return whole[0] ? 0 : whole[1] ? 1 : -1;
}

/* The supervisor's history of a group; all zero: it never failed.  Trusted
 * actors; does not block.  Ours.
 *
 *   K_EINVAL   no group has this number
 *   K_EUNKNOWN the supervisor has no block, since there is no bank
 *   K_EPRIV    the caller is not trusted */
int hrHistory(int group, HrHistory *history);

/* The policy that the supervisor follows.  Trusted actors; does not block.
 * Ours.
 *
 *   K_EUNKNOWN the supervisor has no block, since there is no bank
 *   K_EPRIV    the caller is not trusted */
int hrPolicy(HrPolicy *policy);

/* The n-th last failure, 0 the last one.  Trusted actors; does not block.
 * Ours.
 *
 *   K_EUNKNOWN there are no more, or there is no bank
 *   K_EPRIV    the caller is not trusted */
int hrCrash(unsigned n, HrCrash *crash);

#ifdef __cplusplus
}
#endif
#endif
