/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The calls of <microkernel/memory_map.h>.
 *
 * The holder of a block is known by an address in its stack: storing that
 * costs one instruction, and asks nobody who the caller is.
 */
#include <reprise.h>

#include "fail.h"
#include "map.h"
#include "task.h"

static bool published;

extern struct k_memory_map *const __start_microkernel_maps[]
    __attribute__((weak));
extern struct k_memory_map *const __stop_microkernel_maps[]
    __attribute__((weak));

/* Tells the console's `maps` command where the maps are. */
static void publish(void)
{
    published = true;
    (void)actorPublish((VmAddr)__start_microkernel_maps,
                       (unsigned)(__stop_microkernel_maps -
                                  __start_microkernel_maps));
}

/* Nobody is left to take a block that had been handed over. */
static void give_on(struct k_wait *wait)
{
    struct k_memory_map *map = wait->object;
    uint32_t index = 0;

    if (map_check(map, wait->value, &index) == MAP_GOOD)
        (void)map_put(map, index);
}

static __attribute__((noinline)) int alloc_wait(struct k_memory_map *map,
                                                void **block, int32_t ticks)
{
    struct k_wait wait = {
        .owner = (uintptr_t)&wait,
        .priority = task_priority_of((uintptr_t)&wait),
        .object = map,
        .give_on = give_on,
    };
    int result;

    map->waits++;
    if (!wait_enter(&wait, &map->queue)) {
        lock_release(&mk_lock);
        return RC_FAIL;
    }
    result = wait_sleep(&wait, ticks);
    if (result == RC_OK)
        *block = wait.value;
    if (result == RC_TIME)
        map->timeouts++;
    return result;
}

int k_map_alloc(kmemory_map_t map, void **block, int32_t ticks)
{
    void *found;

    map_ready(map);
    if (!published)
        publish();
    lock_take(&mk_lock);
    found = map_take(map, (uintptr_t)__builtin_frame_address(0));
    *block = found;
    if (found == NULL && ticks != TICKS_NONE && wait_room(&map->queue))
        return alloc_wait(map, block, ticks);
    lock_release(&mk_lock);
    return found != NULL ? RC_OK : RC_FAIL;
}

void k_map_free(kmemory_map_t map, void **block)
{
    struct k_wait *next = NULL;
    enum map_verdict verdict;
    void *freed = *block;
    uint32_t index = 0;

    map_ready(map);
    lock_take(&mk_lock);
    verdict = map_check(map, freed, &index);
    if (verdict == MAP_GOOD) {
        *block = NULL;
        next = map_put(map, index);
    }
    lock_release(&mk_lock);
    if (verdict != MAP_GOOD)
        map_fail(map, freed, verdict);
    if (next != NULL)
        wait_wake(next);
}

void k_map_free_any(void **block)
{
    enum map_verdict verdict = MAP_FOREIGN;
    uint32_t index = 0;

    for (kmemory_map_t map = NULL; (map = task_mem_map_next(map)) != NULL;) {
        if (map->blocks == NULL)
            continue;
        verdict = map_check(map, *block, &index);
        if (verdict != MAP_FOREIGN && verdict != MAP_NULL) {
            k_map_free(map, block);
            return;
        }
    }
    map_fail(NULL, *block, verdict);
}

int task_mem_map_used_get(kmemory_map_t map)
{
    map_ready(map);
    return (int)*(volatile uint32_t *)&map->used;
}

void task_mem_map_stat(kmemory_map_t map, struct k_map_stat *stat)
{
    lock_take(&mk_lock);
    *stat = (struct k_map_stat){
        .name = map->name,
        .block_size = map->block_size,
        .blocks = map->block_count,
        .used = map->used,
        .used_max = map->used_max,
        .waiting = map->queue.count,
        .allocations = map->allocations,
        .waits = map->waits,
        .timeouts = map->timeouts,
    };
    lock_release(&mk_lock);
}

kmemory_map_t task_mem_map_next(kmemory_map_t map)
{
    struct k_memory_map *const *at = __start_microkernel_maps;

    while (map != NULL && at < __stop_microkernel_maps) {
        if (*at++ == map)
            break;
    }
    return at < __stop_microkernel_maps ? *at : NULL;
}

unsigned task_mem_map_reclaim(kmemory_map_t map, ktask_t task)
{
    uintptr_t low = (uintptr_t)task->stack, high = low + task->stack_size;
    unsigned freed = 0;

    map_ready(map);
    for (uint32_t i = 0; i < map->block_count; i++) {
        struct k_map_block *block = &map->table[i];
        struct k_wait *next = NULL;

        lock_take(&mk_lock);
        if (block->link == K_MAP_USED && block->owner >= low &&
            block->owner < high) {
            next = map_put(map, i);
            freed++;
        }
        lock_release(&mk_lock);
        if (next != NULL)
            wait_wake(next);
    }
    return freed;
}
