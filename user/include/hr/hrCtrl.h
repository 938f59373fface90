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

/* Waits until a restartable actor has become new, down or ended since the
 * last call, at most as long as limit tells (K_NOBLOCK: looks, K_NOTIMEOUT:
 * for ever).  actorList() then tells which.  The supervisor and init; may
 * block.
 *
 *   K_OK       there is something to do
 *   K_ETIMEOUT the time is over
 *   K_EBUSY    another thread waits here already
 *   K_EINVAL   limit holds a bad time
 *   K_EPRIV    the caller is neither of the two
 *   K_EFAULT   limit leads outside the caller's space */
int hrWait(KnTimeVal *limit);

/* Starts a life: of an actor that is new, or of one that is down, which gets
 * its first data, arguments and environment again.  Returns the aid of the
 * new life.  The supervisor and init; does not block.
 *
 *   K_EUNKNOWN no such actor, or it is not restartable
 *   K_EBUSY    it is running, or has ended
 *   K_ENOMEM   no memory for its data
 *   K_EFAIL    its pristine image is damaged
 *   K_EPRIV    the caller is neither of the two */
int hrStart(int aid);

/* Forgets an actor that does not run, and all that the kernel kept of it.
 * The supervisor and init; does not block.
 *
 *   K_EUNKNOWN no such actor, or it is not restartable
 *   K_EBUSY    it is running
 *   K_EPRIV    the caller is neither of the two */
int hrDiscard(int aid);

/* Writes how the actor was first started to spawn, for the supervisor's table
 * in the bank.  Trusted actors; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   spawn leads outside the caller's space */
int hrSpawnInfo(int aid, KnActorSpawn *spawn);

/* Frees the blocks that were allocated with HR_GROUP_KEY in a group, and
 * returns how many there were.  The supervisor and init; does not block.
 *
 *   K_EINVAL   no group has this number
 *   K_EPRIV    the caller is neither of the two */
int hrGroupFree(int group);

#ifdef __cplusplus
}
#endif
#endif
