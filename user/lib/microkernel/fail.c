/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults of this library; the kernel's report adds the backtrace.
 */
#include "fail.h"

#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 80

static _Noreturn void fault(const char *words)
{
    (void)actorFault(words, strlen(words));
    abort();
}

void map_fail(const struct k_memory_map *map, const void *block,
              enum map_verdict verdict)
{
    char words[WORDS_MAX];

    snprintf(words, sizeof(words), "map %.20s: 0x%lx %s (task %.16s)",
             map == NULL ? "of any name" : map->name, (unsigned long)block,
             map_words(verdict),
             task_name_get(task_id_get()));
    fault(words);
}

void mk_fail(const char *what, const char *name, const char *text)
{
    char words[WORDS_MAX];

    snprintf(words, sizeof(words), "%s %.20s: %s (task %.16s)", what, name,
             text, task_name_get(task_id_get()));
    fault(words);
}

void map_not_ready(const struct k_memory_map *map)
{
    if (map == NULL)
        mk_fail("map", "NULL", "there is no such map");
    mk_fail("map", map->name, "used before it is attached");
}
