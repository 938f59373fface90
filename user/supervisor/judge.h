/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is done about a group that is down: the policy's verdict, carried out,
 * with the history of the group kept on the board.
 */
#ifndef SUPERVISOR_JUDGE_H
#define SUPERVISOR_JUDGE_H

#include "supervisor.h"

/* Whether a member says that it is well, and has been up for HEALTHY_MS. */
bool member_healthy(const KnActorInfo *info);

/* The group is down: true if its members are to be started now. */
bool group_judge(struct supervisor *supervisor, int gid,
                 struct outcome *outcome);

/* The group runs: what that changes about its history. */
void group_runs(struct supervisor *supervisor, int gid, bool healthy);

/* The group runs: the kernel may answer as many failures of it by itself as
 * the policy has restarts left that come at once. */
void group_trust(struct supervisor *supervisor, int gid,
                 struct outcome *outcome);

/* Takes note of crashes: each is written down, and those that the kernel has
 * answered by itself make their groups worse. */
void crashes_note(struct supervisor *supervisor);

/* The group is no more: its history neither. */
void group_forget(struct supervisor *supervisor, int gid);

/* Kills members that hang, and asks to be woken when one might. */
void heartbeats_check(struct supervisor *supervisor, int gid,
                      struct outcome *outcome);

#endif
