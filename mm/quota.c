/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  An actor has `used` and is promised `promised`; while it has less,
 * the rest is owed to it.  At all times
 *
 *      available >= owed to all
 *
 * which an actor that takes what it is promised leaves as it was: both sides
 * become smaller by the same.  Who takes more than that must leave the owed
 * untouched, and the reserve too if nobody trusts it.
 */
#include "mm/quota.h"

#include "kernel/assert.h"

static struct {
    struct quota_rule rules[QUOTA_KINDS];
    uint64_t owed[QUOTA_KINDS];
} quotas;

void quota_init(const struct quota_rule rules[QUOTA_KINDS], unsigned actors)
{
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        ASSERT(rules[kind].limit <= rules[kind].limit_all);
        quotas.rules[kind] = rules[kind];
        quotas.owed[kind] = actors * rules[kind].promise;
    }
}

/* What is owed to an actor that has used. */
static uint64_t owed_to(const struct quota *quota, enum quota_kind kind,
                        uint64_t used)
{
    uint64_t promised = quota->promised[kind];

    return promised > used ? promised - used : 0;
}

void quota_open(struct quota *quota, bool trusted)
{
    quota->trusted = trusted;
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        quota->used[kind] = 0;
        quota->promised[kind] = quotas.rules[kind].promise;
    }
}

/* A promise of its own goes; that to each actor waits for the next one. */
void quota_close(struct quota *quota)
{
    for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
        ASSERT(quota->used[kind] == 0);
        quotas.owed[kind] -=
            quota->promised[kind] - quotas.rules[kind].promise;
        quota->promised[kind] = quotas.rules[kind].promise;
    }
}

/* What must be left of a stock when the actor is owed less or more than now:
 * what is owed to all, and the reserve if nobody trusts it. */
static uint64_t must_stay(const struct quota *quota, enum quota_kind kind,
                          uint64_t owed_then)
{
    uint64_t owed_now = owed_to(quota, kind, quota->used[kind]);
    uint64_t reserve = quota->trusted ? 0 : quotas.rules[kind].reserve;

    return quotas.owed[kind] - owed_now + owed_then + reserve;
}

bool quota_promise(struct quota *quota, enum quota_kind kind, uint64_t count,
                   uint64_t available)
{
    uint64_t used = quota->used[kind];
    uint64_t owed_then = count > used ? count - used : 0;

    ASSERT(count >= quotas.rules[kind].promise);
    if (count > quota_limit(quota, kind) ||
        available < must_stay(quota, kind, owed_then))
        return false;
    quotas.owed[kind] += owed_then - owed_to(quota, kind, used);
    quota->promised[kind] = count;
    return true;
}

bool quota_allows(const struct quota *quota, enum quota_kind kind,
                  uint64_t more, uint64_t available)
{
    uint64_t used = quota->used[kind];

    if (more == 0)
        return true;
    if (more > available)
        return false;
    if (used + more <= quota->promised[kind])
        return true;
    return used + more <= quota_limit(quota, kind) &&
           available - more >= must_stay(quota, kind, 0);
}

void quota_set(struct quota *quota, enum quota_kind kind, uint64_t used)
{
    quotas.owed[kind] += owed_to(quota, kind, used) -
                         owed_to(quota, kind, quota->used[kind]);
    quota->used[kind] = used;
}

uint64_t quota_limit(const struct quota *quota, enum quota_kind kind)
{
    const struct quota_rule *rule = &quotas.rules[kind];

    return quota->trusted ? rule->limit_all : rule->limit;
}

uint64_t quota_owed(enum quota_kind kind)
{
    return quotas.owed[kind];
}
