/* SPDX-License-Identifier: BSD-2-Clause
 *
 * New lives for restartable actors: those that the supervisor has allowed in
 * advance are begun here, at once; every one is told of.
 */
#ifndef KERNEL_RELAUNCH_H
#define KERNEL_RELAUNCH_H

#include "kernel/actor.h"

/* Says on the console that actor has been started, when there is time for it.
 * caller is the name of who asked for it, K_ACTORNAMEMAX bytes. */
void relaunch_say(const char *caller, const struct actor *actor);

/* From now on so many failures of the group may be answered by a restart at
 * once, in the name of that actor. */
void relaunch_credit(int group, unsigned count, const char *name);

/* None may. */
void relaunch_forget(int group);

/* Whether one is. */
bool relaunch_is_allowed(int group);

/* The group has just failed, and its crash is the last that was noted: starts
 * its direct members again if there is credit for that.  True: it runs.  What
 * cannot be started is left to the supervisor. */
bool relaunch_group(int group);

#endif
