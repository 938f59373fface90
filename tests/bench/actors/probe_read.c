/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the probe in the supervisor says.
 */
#include "life.h"

#include <string.h>

#define ACTORS_LISTED 64

bool probe_read(struct probe *probe)
{
    static KnActorInfo list[ACTORS_LISTED];
    long count = bench_must("the actors", actorList(list, sizeof(list)));

    for (long i = 0; i < count && i < ACTORS_LISTED; i++) {
        if (strcmp(list[i].name, "supervisor") != 0 || list[i].objects == 0) {
            continue;
        }
        for (size_t at = 0; at < sizeof(*probe);) {
            at += (size_t)bench_must(
                "the probe", actorPeek(list[i].aid, list[i].objects + at,
                                       (char *)probe + at,
                                       sizeof(*probe) - at));
        }
        return true;
    }
    return false;
}
