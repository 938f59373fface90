/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hot restart, as the supervisor drives it: the mechanism in the kernel that
 * its policy stands on.  All of it is ours; programs need hr/hr.h only.
 */
#ifndef HR_HRCTRL_H
#define HR_HRCTRL_H

#include <hr/hr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Waits until an actor is new, down or ended and no verdict was given, at
 * most as long as limit tells (K_NOBLOCK: looks, K_NOTIMEOUT: for ever).
 * actorList() then tells which.  The one supervisor; may block.
 *
 *   K_OK       there is something to do
 *   K_ETIMEOUT the time is over
 *   K_EABORT   the wait was aborted
 *   K_EINVAL   limit holds a bad time
 *   K_EPRIV    the caller is not the supervisor */
int hrWait(KnTimeVal *limit);

/* Starts a life: of an actor that is new, or of one that is down, which gets
 * its first data, arguments and environment again.  Returns the aid of the
 * new life.  The one supervisor; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EBUSY    it is running
 *   K_ENOMEM   no memory for its data
 *   K_EFAIL    its pristine image is damaged
 *   K_EPRIV    the caller is not the supervisor */
int hrStart(int aid);

/* Forgets an actor that is down or ended, and all that the kernel kept of it.
 * The one supervisor; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EBUSY    it is running
 *   K_EPRIV    the caller is not the supervisor */
int hrDiscard(int aid);

/* Writes how the actor was first started to spawn, for the supervisor's table
 * in the bank.  The one supervisor; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EPRIV    the caller is not the supervisor
 *   K_EFAULT   spawn leads outside the caller's space */
int hrSpawnInfo(int aid, KnActorSpawn *spawn);

/* Frees the blocks of a group that has no members any more, those with
 * HR_GROUP_KEY, and gives its id back.  The one supervisor; does not block.
 *
 *   K_EINVAL   group is not in 0 .. groups-1
 *   K_EBUSY    it has members
 *   K_EPRIV    the caller is not the supervisor */
int hrGroupFree(int group);

#ifdef __cplusplus
}
#endif
#endif
