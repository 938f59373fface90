/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on regions.
 */
#include "kernel/restart.h"
#include "kernel/syscall.h"
#include "mm/ucopy.h"

/* Regions that one rgnStat() call looks at, at most. */
#define STAT_MAX (REGIONS_PER_ACTOR_MAX + BANK_BLOCKS_CAPACITY)

/* The first two arguments of a call that makes a region: where, and which. */
static KnError region_in(const struct call *call, struct actor **actor,
                         KnRgnDesc *desc)
{
    uint64_t at = call->arg[1];
    KnError error = call_actor(call, call->arg[0], actor);

    if (error == K_OK)
        error = call_in(call, desc, at, sizeof(*desc));
    if (error == K_OK)
        error = ucopy_out_check(&call->actor->space, uaddr(at), sizeof(*desc));
    if (error == K_OK && (desc->options & K_SUPERVISOR) &&
        call->actor->privilege != K_SUPACTOR)
        error = K_EPRIV;
    return error;
}

long sys_rgnAllocate(struct call *call)
{
    struct actor *actor;
    KnRgnDesc desc;
    KnError error = region_in(call, &actor, &desc);

    if (error == K_OK)
        error = aspace_allocate(&actor->space, &desc);
    if (error == K_OK)
        error = call_out(call, call->arg[1], &desc, sizeof(desc));
    return error;
}

long sys_rgnInitFromActor(struct call *call)
{
    struct actor *actor, *source;
    KnRgnDesc desc, from;
    KnError error = region_in(call, &actor, &desc);

    if (error == K_OK)
        error = call_actor(call, call->arg[2], &source);
    if (error == K_OK)
        error = call_in(call, &from, call->arg[3], sizeof(from));
    if (error == K_OK)
        error = aspace_init_from(&actor->space, &desc, &source->space, &from);
    if (error == K_OK)
        error = call_out(call, call->arg[1], &desc, sizeof(desc));
    return error;
}

/* All regions of an actor include its code and its stack: that is its end. */
static long free_all(const struct call *call, struct actor *actor)
{
    restart_end(actor, HR_END_KILL);
    return actor == call->actor ? CALL_PENDING : K_OK;
}

long sys_rgnFree(struct call *call)
{
    struct actor *actor;
    KnRgnDesc desc;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        error = call_in(call, &desc, call->arg[1], sizeof(desc));
    if (error == K_OK && desc.options == K_FREEALL)
        return free_all(call, actor);
    if (error == K_OK)
        error = aspace_free(&actor->space, &desc);
    return error;
}

/* What of a range lies in [low, high); false: nothing does. */
static bool part_of(const KnRgnDesc *range, uint64_t low, uint64_t high,
                    KnRgnDesc *part)
{
    uint64_t start = range->startAddr, end = start + range->size;

    end = end < start ? UINT64_MAX : end;
    *part = *range;
    part->startAddr = start > low ? start : low;
    part->size = (end < high ? end : high) - part->startAddr;
    return start < high && end > low;
}

/* Regions lie below and above the window of the bank, blocks in it. */
static unsigned stat_all(const struct actor *actor, const KnRgnDesc *range,
                         KnRgnStat *stat)
{
    unsigned count = 0, total = 0;
    KnRgnDesc part;

    if (part_of(range, 0, ASPACE_BANK_BASE, &part))
        total = aspace_stat(&actor->space, &part, stat, STAT_MAX);
    count = total < STAT_MAX ? total : STAT_MAX;
    if (part_of(range, ASPACE_BANK_BASE, ASPACE_BANK_END, &part))
        total += pmm_stat(&actor->holder, &part, stat + count,
                          STAT_MAX - count);
    count = total < STAT_MAX ? total : STAT_MAX;
    if (part_of(range, ASPACE_BANK_END, UINT64_MAX, &part))
        total += aspace_stat(&actor->space, &part, stat + count,
                             STAT_MAX - count);
    return total;
}

long sys_rgnStat(struct call *call)
{
    static KnRgnStat stat[STAT_MAX]; /* too large for the stack */
    struct actor *actor;
    KnRgnDesc desc;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        error = call_in(call, &desc, call->arg[1], sizeof(desc));
    if (error != K_OK)
        return error;
    return call_table_out(call, &(struct call_table){
        .to = call->arg[2],
        .size = call->arg[3],
        .entry_size = sizeof(*stat),
        .entries = stat,
        .total = stat_all(actor, &desc, stat),
    });
}
