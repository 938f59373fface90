/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Persistent memory maps: finding them again, and what earlier lives held.
 */
#include <pmm/chPmm.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"
#include "map.h"
#include "store.h"

/* A state that is neither used nor free is damaged: nothing is known of the
 * block, so it counts as held, and the actor can look at it. */
static unsigned table_build(struct k_memory_map *map)
{
    unsigned held = 0;

    map->free = map->fresh = 0;
    for (uint32_t i = 0; i < map->block_count; i++) {
        if (map->store->states[i] == STORE_FREE) {
            map->table[i] = (struct k_map_block){.link = map->free};
            map->free = i + 1;
        } else {
            map->table[i] = (struct k_map_block){K_MAP_USED, 1, 0};
            held++;
        }
    }
    map->used = map->used_max = held;
    return held;
}

/* Makes the map what the block at store says. */
int map_open(struct k_memory_map *map, struct k_map_store *store,
             unsigned *inherited)
{
    int error = store_check(store, map->block_count,
                            (uint32_t)map->block_size);

    if (error == K_EUNKNOWN) {
        store_format(store, map->block_count, (uint32_t)map->block_size);
        error = K_OK;
    }
    if (error != K_OK)
        return error;
    map->store = store;
    map->blocks = (char *)store + store_blocks_at(map->block_count);
    *inherited = table_build(map);
    return K_OK;
}

int task_mem_map_attach(kmemory_map_t map, unsigned *inherited)
{
    PmmName name = {.medium = "RAM"};
    VmAddr address;
    int error;

    *inherited = 0;
    if (!map->persistent || map->store != NULL)
        return K_OK;
    snprintf(name.name, sizeof(name.name), "map.%s", map->name);
    error = pmmAllocate(&address, &name,
                        store_size(map->block_count, map->stride), map->key,
                        map->key == NULL ? 0 : strlen(map->key) + 1);
    if (error != K_OK)
        return error;
    lock_take(&mk_lock);
    error = map_open(map, (struct k_map_store *)address, inherited);
    lock_release(&mk_lock);
    return error;
}

void *task_mem_map_inherited(kmemory_map_t map, const void *block)
{
    uint32_t from = block == NULL ? 0 : task_mem_map_index(map, block) + 1;

    map_ready(map);
    for (uint32_t i = from; i < map->block_count; i++) {
        if (map->table[i].link == K_MAP_USED && map->table[i].inherited)
            return map->blocks + (size_t)i * map->stride;
    }
    return NULL;
}

void task_mem_map_adopt(kmemory_map_t map, void *block)
{
    enum map_verdict verdict;
    uint32_t index = 0;

    map_ready(map);
    lock_take(&mk_lock);
    verdict = map_check(map, block, &index);
    if (verdict == MAP_GOOD) {
        map->table[index].inherited = 0;
        map->table[index].owner = (uintptr_t)__builtin_frame_address(0);
        if (map->store != NULL && map->store->states[index] != STORE_USED)
            store_state(map->store, index, STORE_USED);
    }
    lock_release(&mk_lock);
    if (verdict != MAP_GOOD)
        map_fail(map, block, verdict);
}

unsigned task_mem_map_index(kmemory_map_t map, const void *block)
{
    enum map_verdict verdict;
    uint32_t index = 0;

    map_ready(map);
    verdict = map_check(map, block, &index);
    if (verdict != MAP_GOOD && verdict != MAP_FREE)
        map_fail(map, block, verdict);
    return index;
}

void *task_mem_map_block(kmemory_map_t map, unsigned index)
{
    map_ready(map);
    if (index >= map->block_count)
        return NULL;
    return map->blocks + (size_t)index * map->stride;
}
