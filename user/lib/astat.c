/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The calls that go through the list of all actors, however long it is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <am/astat.h>
#include <hr/hr.h>
#include <reprise.h>

#include "lib.h"

#define ROOM_FIRST 64

/* The list of all actors, to be freed, and how many there are; or an error. */
static int list_get(KnActorInfo **list)
{
    int room = ROOM_FIRST;

    for (;;) {
        size_t size = (size_t)room * sizeof **list;
        int count;

        *list = malloc(size);
        if (!*list)
            return K_ENOMEM;
        count = actorList(*list, size);
        if (count <= room)
            return count;
        free(*list);
        room = 2 * count;
    }
}

int astat(astatEntry *entries, int maxEntries)
{
    KnActorInfo *actors;
    int running = 0, count;

    if (maxEntries < 0)
        return errno = EINVAL, -1;
    count = list_get(&actors);
    for (int i = 0; i < count; i++) {
        if (actors[i].state != HR_ACTOR_RUNNING)
            continue;
        if (running < maxEntries) {
            entries[running] = (astatEntry){.astatAid = actors[i].aid};
            memcpy(entries[running].astatName, actors[i].name,
                   sizeof actors[i].name);
        }
        running++;
    }
    free(actors);
    return count < 0 ? unix_result(count) : running;
}

int hrGetActorGroup(int aid)
{
    KnActorInfo *actors;
    int count = list_get(&actors), group = K_EUNKNOWN;

    for (int i = 0; i < count; i++) {
        if (actors[i].aid == aid && actors[i].group >= 0)
            group = actors[i].group;
    }
    free(actors);
    return unix_result(count < 0 ? count : group);
}
