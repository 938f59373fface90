/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The mechanism of restart.  The kernel stops what has failed, at once and
 * whole groups at a time; when it lives again, and whether, the supervisor
 * says.  All that passes between the two is a list of actors and their
 * states, so that a supervisor that has died and come back only has to look.
 */
#ifndef KERNEL_RESTART_H
#define KERNEL_RESTART_H

#include "kernel/actor.h"

/* Nothing to tell, nobody waiting.  Once a start. */
void restart_init(void);

/* Starts a boot actor from the archive, the supervisor first.  K_OK, or why
 * not. */
KnError restart_boot_actor(const char *name, unsigned priority)
    __attribute__((warn_unused_result));

/* actorSpawn(): the aid of the new actor, or a negative error. */
long restart_spawn(const KnActorSpawn *spawn);

/* hrExec(): starts an indirect member of the caller's group, by the base name
 * in spawn: a new one, or one that is registered and does not run.  The aid
 * of the new life, or a negative error. */
long restart_exec(struct actor *caller, const KnActorSpawn *spawn);

/* A life ends: end is HR_END_FAULT (actor->fault says how), HR_END_EXIT
 * (actor->exit_status), HR_END_KILL, _RESTART, _SILENT or _STOP. */
void restart_end(struct actor *actor, int end);

/* What the supervisor is told when that end is a fault (kernel/notice.h); 0:
 * nothing, or not before it is over. */
unsigned restart_fault_notice(const struct actor *actor);

/* hrKillGroup(): ends every member for good. */
void restart_kill_group(int group);

/* hrStart(), hrEnd(), hrDiscard(): see <hr/hrCtrl.h>. */
long restart_start(int aid, const struct actor *caller);
long restart_end_other(int aid, int end);
long restart_discard(int aid);

/* The state of a member of the group has changed: the supervisor should look.
 * In no group (-1): there is a crash to be written down. */
void restart_notify(int group);

/* Asks the supervisor for a sign of life, actor_beat(), which is to come back
 * to hrWait().  Its actor, in whatever life. */
struct actor *restart_ask_supervisor(void);

/* hrCredit(): so many failures of the group may be answered by a restart at
 * once.  K_EBUSY: there was a crash after number crash. */
long restart_credit(int group, unsigned count, unsigned crash,
                    const struct actor *caller);

/* hrWait(): what the supervisor is to know, or an error; the running thread
 * waits for it. */
long restart_wait(uint64_t deadline_ns);

#endif
