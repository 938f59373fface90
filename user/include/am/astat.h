/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The actors, as the actor manager lists them.
 */
#ifndef AM_ASTAT_H
#define AM_ASTAT_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASTAT_DEBUGGED_CACTOR 0x1 /* in astatFlags; never set here */

typedef struct {
    int astatFlags;
    int astatAid;
    int astatUid; /* 0: users are not known here */
    char astatName[K_ACTORNAMEMAX];
} astatEntry;

/* Fills entries with as many actors as fit into maxEntries, in no order, and
 * returns how many run, which may be more.  Actors that wait to be restarted
 * do not count.  Any actor; does not block.  -1 and errno:
 *
 *   EINVAL     maxEntries is negative
 *
 * From astat(2K). */
int astat(astatEntry *entries, int maxEntries);

#ifdef __cplusplus
}
#endif
#endif
