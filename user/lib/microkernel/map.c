/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  The free list goes through the table, not through the blocks, so
 * that an overrun of a block reaches nothing of ours, and a block that is
 * freed twice is seen at once.  Blocks that were never in use are not in the
 * list; they are the first map->fresh ones: so a map needs no set-up, and
 * gives the highest of them first, as the original did.
 */
#include "map.h"

#include "store.h"

void *map_take(struct k_memory_map *map, uintptr_t owner)
{
    uint32_t index;

    if (map->free != 0) {
        index = map->free - 1;
        map->free = map->table[index].link;
    } else if (map->fresh > 0) {
        index = --map->fresh;
    } else {
        return NULL;
    }
    map->table[index] = (struct k_map_block){
        .link = K_MAP_USED,
        .owner = owner,
    };
    if (map->store != NULL)
        store_state(map->store, index, STORE_USED);
    map->allocations++;
    map->used++;
    if (map->used > map->used_max)
        map->used_max = map->used;
    return map->blocks + (size_t)index * map->stride;
}

struct k_wait *map_put(struct k_memory_map *map, uint32_t index)
{
    const struct k_wait *next = wait_first(&map->queue);

    if (next != NULL) {
        map->table[index].owner = next->owner;
        map->table[index].inherited = 0;
        map->allocations++;
        return wait_hand(&map->queue,
                         map->blocks + (size_t)index * map->stride);
    }
    if (map->store != NULL)
        store_state(map->store, index, STORE_FREE);
    map->table[index] = (struct k_map_block){.link = map->free};
    map->free = index + 1;
    map->used--;
    return NULL;
}

const char *map_words(enum map_verdict verdict)
{
    static const char *const words[] = {
        [MAP_GOOD] = "is in use",
        [MAP_NULL] = "is no block",
        [MAP_FOREIGN] = "is not one of its blocks",
        [MAP_INSIDE] = "is inside of a block",
        [MAP_FREE] = "is free already",
    };

    return words[verdict];
}
