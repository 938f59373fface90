/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command that lists memory maps: it reads them where they are, in the
 * data of their actors.  What is read there is believed no further than the
 * next check: an actor may publish anything.
 */
#include <microkernel/memory_map.h>
#include <reprise.h>
#include <stdio.h>

#include "shell.h"

#define MAPS_LISTED 64 /* of one actor */

/* Copies size bytes of an actor, over ends of pages. */
static bool peek(int aid, VmAddr at, void *to, size_t size)
{
    char *bytes = to;

    while (size > 0) {
        long count = actorPeek(aid, at, bytes, size);

        if (count <= 0) {
            return false;
        }
        at += (VmAddr)count;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

/* Reads a name byte by byte: it may end where its page does. */
static bool peek_name(int aid, const char *at, char *name, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!peek(aid, (VmAddr)at + i, &name[i], 1)) {
            return false;
        }
        if (name[i] == '\0') {
            return i > 0;
        }
        if (name[i] < ' ' || name[i] > '~') {
            return false;
        }
    }
    name[size - 1] = '\0';
    return true;
}

static bool map_print(const KnActorInfo *actor, unsigned index)
{
    struct k_memory_map map;
    VmAddr at;
    char name[24];

    if (!peek(actor->aid, actor->objects + index * sizeof(at), &at,
              sizeof(at)) ||
        !peek(actor->aid, at, &map, sizeof(map)) ||
        !peek_name(actor->aid, map.name, name, sizeof(name))) {
        return false;
    }
    printf("%5d %-16s %-16s %7u %7zu %7u %7u %7u %7u %7lu %7lu%s\n",
           actor->aid, actor->name, name, map.block_count, map.block_size,
           map.used, map.block_count - map.used, map.used_max,
           map.queue.count, map.waits, map.timeouts,
           map.persistent ? "  persistent" : "");
    return true;
}

void command_maps(int argc, char **argv)
{
    const KnActorInfo *actors;
    int count;

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    count = actors_get(&actors);
    printf("  AID ACTOR            MAP               BLOCKS    SIZE    USED"
           "    FREE MAXUSED WAITING   WAITS TIMEOUT\n");
    for (int i = 0; i < count; i++) {
        for (unsigned k = 0;
             k < actors[i].objectCount && k < MAPS_LISTED; k++) {
            if (!map_print(&actors[i], k)) {
                break;
            }
        }
    }
}
