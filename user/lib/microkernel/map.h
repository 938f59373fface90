/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What happens to a memory map, step by step: every function here is done
 * under the lock and waits for nothing.  Not installed.
 */
#ifndef MICROKERNEL_MAP_H
#define MICROKERNEL_MAP_H

#include <microkernel/memory_map.h>
#include <stdbool.h>

#include "wait.h"

/* Why a pointer cannot be freed. */
enum map_verdict {
    MAP_GOOD,
    MAP_NULL,
    MAP_FOREIGN, /* outside of all blocks */
    MAP_INSIDE,  /* not at the beginning of one */
    MAP_FREE,    /* freed already, or never in use */
};

/* Takes a block for the owner; NULL: all are in use. */
void *map_take(struct k_memory_map *map, uintptr_t owner);

/* Whether block is one of the map in use; if so, *index is its number. */
static inline enum map_verdict map_check(const struct k_memory_map *map,
                                         const void *block, uint32_t *index)
{
    uintptr_t offset = (uintptr_t)block - (uintptr_t)map->blocks;

    if (block == NULL)
        return MAP_NULL;
    if (offset >= (uintptr_t)map->block_count * map->stride)
        return MAP_FOREIGN;
    *index = (uint32_t)offset / map->stride;
    if ((uint32_t)offset % map->stride != 0)
        return MAP_INSIDE;
    return map->table[*index].link == K_MAP_USED ? MAP_GOOD : MAP_FREE;
}

/* Hands a block in use to the best waiter and returns that one, or frees it
 * and returns NULL. */
struct k_wait *map_put(struct k_memory_map *map, uint32_t index);

/* Makes a persistent map what the block of the bank at store says: K_OK,
 * K_ESIZE or K_EFAIL (attach.c). */
struct k_map_store;
int map_open(struct k_memory_map *map, struct k_map_store *store,
             unsigned *inherited);

/* The verdict in words. */
const char *map_words(enum map_verdict verdict);

#endif
