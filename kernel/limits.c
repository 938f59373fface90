/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Limits.
 */
#include "kernel/limits.h"

#include "kernel/census.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/totals.h"
#include "mm/bank_share.h"
#include "mm/frame.h"

static struct {
    unsigned children_max;
    uint64_t memory_reserve; /* bytes */
} limits;

static uint64_t number(const char *name, uint64_t otherwise, uint64_t high)
{
    return cmdline_number(&(struct cmdline_number){name, otherwise, 0, high});
}

static void stocks_init(void)
{
    unsigned regions = totals()->regions, threads = totals()->threads;
    uint64_t memory = frame_available() * PAGE_SIZE;
    uint64_t memory_max =
        number("actor.maxMemory", SHARE_MEMORY(memory), memory);
    struct quota_rule rules[QUOTA_KINDS] = {
        [QUOTA_REGIONS] = {
            .limit = number("actor.maxRegions", SHARE_REGIONS(regions),
                            regions),
            .limit_all = regions,
            .promise = REGIONS_PROMISED,
            .reserve = RESERVE_REGIONS,
        },
        [QUOTA_THREADS] = {
            .limit = number("actor.maxThreads", SHARE_THREADS(threads),
                            threads),
            .limit_all = threads,
            .promise = 1,
            .reserve = RESERVE_THREADS,
        },
    };

    limits.memory_reserve =
        number("site.reserve", RESERVE_MEMORY(memory), memory / 2);
    rules[QUOTA_FRAMES] = (struct quota_rule){
        .limit = memory_max / PAGE_SIZE,
        .limit_all = memory / PAGE_SIZE,
        .reserve = page_up(limits.memory_reserve) / PAGE_SIZE,
    };
    quota_init(rules, totals()->actors);
}

static void bank_init(void)
{
    struct bank_usage bank = bank_usage();
    uint64_t blocks = bank.blocks_max;

    bank_share_set(&(struct bank_share){
        .bytes = number("actor.maxBank", SHARE_BANK(bank.total), bank.total),
        .reserve_bytes = RESERVE_BANK(bank.total),
        .blocks = (unsigned)number("actor.maxBlocks", SHARE_BANK(blocks),
                                   blocks),
        .reserve_blocks = (unsigned)RESERVE_BANK(blocks),
    });
}

void limits_init(void)
{
    stocks_init();
    bank_init();
    limits.children_max =
        (unsigned)number("actor.maxChildren", CHILDREN_MAX, totals()->actors);
}

/* A segment's tables are counted as if it had none in common with another:
 * that is some more than it takes. */
KnError limits_promise(struct actor *actor)
{
    const struct image *image = actor->image;
    struct aspace *space = &actor->space;
    uint64_t stack = ASPACE_STACK_TOP - USER_STACK_SIZE_BYTES;
    uint64_t frames = space->ptab.tables + FRAMES_PROMISED;

    frames += USER_STACK_SIZE_BYTES / PAGE_SIZE;
    frames += ptab_missing(&space->ptab, stack, USER_STACK_SIZE_BYTES);
    for (unsigned i = 0; image != NULL && i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segments[i];
        uint64_t size = page_up(segment->size);

        frames += ptab_missing(&space->ptab, segment->start, size);
        frames += segment->options & K_WRITABLE ? size / PAGE_SIZE : 0;
    }
    return quota_promise(&space->quota, QUOTA_FRAMES, frames,
                         frame_available())
               ? K_OK
               : K_ENOMEM;
}

KnError limits_child(const struct actor *caller)
{
    unsigned left = totals()->actors - census_actors();

    if (actor_trusted(caller))
        return K_OK;
    return census_children(caller->holder.group) < limits.children_max &&
                   left > RESERVE_ACTORS
               ? K_OK
               : K_EFULL;
}

void limits_describe(const struct actor *actor, KnActorQuota *info)
{
    const struct quota *quota = &actor->space.quota;
    const struct bank_share *bank = bank_share();
    bool trusted = quota->trusted;
    uint64_t bytes;

    *info = (KnActorQuota){
        .aid = actor->aid,
        .trusted = trusted,
        .memory = quota->used[QUOTA_FRAMES] * PAGE_SIZE,
        .memoryMax = quota_limit(quota, QUOTA_FRAMES) * PAGE_SIZE,
        .memoryPromised = quota->promised[QUOTA_FRAMES] * PAGE_SIZE,
        .memoryReserve = limits.memory_reserve,
        .blocks = bank_owned(actor->holder.account, &bytes),
        .blocksMax = trusted ? bank_usage().blocks_max : bank->blocks,
        .bankMax = trusted ? bank_usage().total : bank->bytes,
        .regions = actor->space.list.count,
        .regionsMax = (unsigned)quota_limit(quota, QUOTA_REGIONS),
        .threads = actor_threads(actor),
        .threadsMax = (unsigned)quota_limit(quota, QUOTA_THREADS),
    };
    info->bank = bytes;
}
