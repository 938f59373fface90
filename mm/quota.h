/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who may have how much.  Three stocks are shared by all actors: frames,
 * descriptors of regions, threads.  Of each, an actor
 *
 *   is promised  what a life of it begins with, whether it lives or not
 *   may have     as much as the limit says, when it is not trusted
 *   must leave   what others are promised, and a reserve for trusted ones
 *
 * so that no user actor starves another one's restart, and none the system.
 * This file is arithmetic; who owns the stock asks first, takes, and then
 * tells what the actor has.
 */
#ifndef MM_QUOTA_H
#define MM_QUOTA_H

#include "kernel/list.h"
#include "mm/types.h"

enum quota_kind {
    QUOTA_FRAMES,  /* memory of regions and page tables; blocks are not */
    QUOTA_REGIONS, /* descriptors */
    QUOTA_THREADS,
    QUOTA_KINDS,
};

/* Of one stock. */
struct quota_rule {
    uint64_t limit;     /* of a user actor */
    uint64_t limit_all; /* of any actor */
    uint64_t promise;   /* to each actor that there may be, there or not */
    uint64_t reserve;   /* for trusted actors */
};

/* Of one actor. */
struct quota {
    bool trusted;
    uint64_t used[QUOTA_KINDS];
    uint64_t promised[QUOTA_KINDS];
};

/* Begins with no actors; there may be so many. */
void quota_init(const struct quota_rule rules[QUOTA_KINDS], unsigned actors);

/* A new actor, which has nothing and is promised what each is; and its end,
 * when it has nothing any more. */
void quota_open(struct quota *quota, bool trusted);
void quota_close(struct quota *quota);

/* Promises so much of a stock, of which available are left, from now on.
 * False: it cannot be had. */
bool quota_promise(struct quota *quota, enum quota_kind kind, uint64_t count,
                   uint64_t available);

/* Whether the actor may have so many more, of which available are left. */
bool quota_allows(const struct quota *quota, enum quota_kind kind,
                  uint64_t more, uint64_t available);

/* The actor has so many now. */
void quota_set(struct quota *quota, enum quota_kind kind, uint64_t used);

/* What the actor may have at most. */
uint64_t quota_limit(const struct quota *quota, enum quota_kind kind);

/* What of a stock is promised and not taken: it is to be there. */
uint64_t quota_owed(enum quota_kind kind);

#endif
