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

/* What rgnStat() tells, and how far it has come. */
struct telling {
    const struct call *call;
    uint64_t start, end; /* of the addresses that are asked for */
    uint64_t to, room;   /* where the next one goes; how many fit behind it */
    long count;
};

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
static KnError tell(struct telling *telling, const struct region *region)
{
    uint64_t to = telling->to;

    if (region->start >= telling->end ||
        region->start + region->size <= telling->start)
        return K_OK;
    telling->count++;
    if (telling->room == 0)
        return K_OK;
    telling->room--;
    telling->to += sizeof(KnRgnStat);
    return stat_out(telling->call, to, region);
}

/* Those from *region on that begin below end; *region is the next one then. */
static KnError tell_regions(struct telling *telling,
                            const struct region_list *list,
                            const struct region **region, uint64_t end)
{
    KnError error = K_OK;

    for (; *region != NULL && (*region)->start < end && error == K_OK;
         *region = region_next(list, *region))
        error = tell(telling, *region);
    return error;
}

static KnError tell_blocks(struct telling *telling,
                           const struct pmm_holder *holder)
{
    struct region block;
    int slot = -1;
    KnError error = K_OK;

    while (error == K_OK &&
           (slot = pmm_held_behind(holder, slot, &block)) >= 0)
        error = tell(telling, &block);
    return error;
}

/* Regions lie below and above the window of the bank, blocks in it. */
static long stat_all(struct telling *telling, const struct actor *actor)
{
    const struct region_list *list = &actor->space.list;
    const struct region *region = region_from(list, telling->start);
    KnError error = tell_regions(telling, list, &region, ASPACE_BANK_BASE);

    if (error == K_OK)
        error = tell_blocks(telling, &actor->holder);
    if (error == K_OK)
        error = tell_regions(telling, list, &region, telling->end);
    return error == K_OK ? telling->count : error;
}

long sys_rgnStat(struct call *call)
{
    struct telling telling = {
        .call = call,
        .to = call->arg[2],
        .room = call->arg[3] / sizeof(KnRgnStat),
    };
    struct actor *actor;
    KnRgnDesc desc;
    KnError error = call_actor(call, call->arg[0], &actor);

    if (error == K_OK)
        error = call_in(call, &desc, call->arg[1], sizeof(desc));
    if (error != K_OK)
        return error;
    telling.start = desc.startAddr;
    telling.end = desc.startAddr + desc.size;
    if (telling.end < telling.start)
        telling.end = UINT64_MAX;
    return stat_all(&telling, actor);
}
