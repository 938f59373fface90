/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on regions.
 */
#include "kernel/restart.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "mm/ucopy.h"

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

/* The first region or block that ends above address: regions lie below and
 * above the window of the bank, blocks in it. */
static bool next_from(const struct actor *actor, uint64_t address,
                      struct region *found)
{
    const struct region *region = region_from(&actor->space.list, address);

    if ((region == NULL || region->start >= ASPACE_BANK_END) &&
        address < ASPACE_BANK_END &&
        pmm_held_from(&actor->holder, address, found))
        return true;
    if (region != NULL)
        *found = *region;
    return region != NULL;
}

static KnError stat_out(const struct call *call, uint64_t to,
                        const struct region *region)
{
    KnRgnStat stat;

    memset(&stat, 0, sizeof(stat)); /* its holes leave the kernel, too */
    stat.startAddr = region->start;
    stat.size = region->size;
    stat.options = region->options;
    stat.opaque1 = region->opaque1;
    stat.opaque2 = region->opaque2;
    stat.kind = region->kind;
    return call_out(call, to, &stat, sizeof(stat));
}

/* As many as have room are told, and all are counted. */
static long stat_all(const struct call *call, const struct actor *actor,
                     const KnRgnDesc *range)
{
    uint64_t room = call->arg[3] / sizeof(KnRgnStat), to = call->arg[2];
    uint64_t at = range->startAddr, end = at + range->size;
    struct region region;
    long count = 0;

    end = end < at ? UINT64_MAX : end;
    for (; next_from(actor, at, &region) && region.start < end;
         at = region.start + region.size) {
        if ((uint64_t)count++ >= room)
            continue;
        if (stat_out(call, to, &region) != K_OK)
            return K_EFAULT;
        to += sizeof(KnRgnStat);
    }
    return count;
}

long sys_rgnStat(struct call *call)
{
    struct actor *actor;
    KnRgnDesc desc;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        error = call_in(call, &desc, call->arg[1], sizeof(desc));
    return error == K_OK ? stat_all(call, actor, &desc) : error;
}
