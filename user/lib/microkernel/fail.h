/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What no correct program does, in words.  Not installed.
 */
#ifndef MICROKERNEL_FAIL_H
#define MICROKERNEL_FAIL_H

#include "map.h"

/* Ends the actor with a fault: "map NAME: 0x...  WORDS (task NAME)". */
_Noreturn void map_fail(const struct k_memory_map *map, const void *block,
                        enum map_verdict verdict);

/* Ends the actor with a fault: "WHAT NAME: WORDS (task NAME)". */
_Noreturn void mk_fail(const char *what, const char *name, const char *words);

/* The way of map_ready() that ends. */
_Noreturn void map_not_ready(const struct k_memory_map *map);

/* Faults unless there is such a map and it can be used. */
static inline void map_ready(const struct k_memory_map *map)
{
    if (map == NULL || map->blocks == NULL)
        map_not_ready(map);
}

#endif
