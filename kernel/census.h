/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who is there: all actors, by their ids, and the members of the restart
 * groups.  What one of them costs to find or to count does not depend on the
 * others.
 */
#ifndef KERNEL_CENSUS_H
#define KERNEL_CENSUS_H

#include "kernel/actor.h"

/* Nobody is there.  Once a start. */
void census_init(void);

/* A new actor, and its end.  In between its role, group and flags stay. */
void census_enter(struct actor *actor);
void census_leave(struct actor *actor);

/* Gives a life of an actor that is there an id that no other ever had. */
void census_renew(struct actor *actor);

/* Actors; restartable ones; members of a restart group that other members have
 * started. */
unsigned census_actors(void);
unsigned census_members(void);
unsigned census_children(int group);

/* The one of them with that base name, or NULL. */
struct actor *census_child(int group, const char *base);

#endif
