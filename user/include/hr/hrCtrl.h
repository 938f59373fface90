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
 * for ever), and returns in which groups, a bit for each; HR_NOTICE_CRASH: an
 * actor in none has crashed.  hrMembers() then tells what they are like.  The
 * supervisor must call this again within 5 s of its own time: the kernel asks
 * for that each second (HR_NOTICE_ASKED), and ends one that does not.  The
 * supervisor and init; may block.
 *
 *   > 0        there is something to do
 *   K_ETIMEOUT the time is over
 *   K_EBUSY    another thread waits here already
 *   K_EABORT   threadAbort(), while it waited
 *   K_EINVAL   limit holds a bad time
 *   K_EPRIV    the caller is neither of the two
 *   K_EFAULT   limit leads outside the caller's space */
int hrWait(KnTimeVal *limit);

/* Describes the members of a group, in the order in which they were made, as
 * actorList() does, but leaves the words of their faults empty: hrCrashes()
 * has them.  Returns how many there are; those that fit in size bytes are
 * written.  Trusted actors; does not block.
 *
 *   K_EINVAL   no group has this number
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   list leads outside the caller's space */
int hrMembers(int group, KnActorInfo *list, size_t size);

/* Tells of the crashes after number since, oldest first: of every life, of any
 * actor, that ended abnormally; of a group that failed, of the member that was
 * the cause.  The kernel keeps the last 64 since the site started, and counts
 * from 1; those that the last kernel had no time to tell come first, with
 * .earlier set and .atMs 0.  Returns how many were written: as many as there
 * are and fit in size bytes.  Trusted actors; does not block.
 *
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   list leads outside the caller's space */
int hrCrashes(unsigned since, KnCrash *list, size_t size);

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

/* Allows the kernel to answer the next failures of a group, count of them, by
 * starting its direct members again at once, as hrStart() would; 0: none.
 * crash is the number of the last crash that the caller knows of (hrCrashes()).
 * A crash that was answered so has .restarted set, and is told a millisecond
 * later, when the new life has begun.  The supervisor and init; does not block.
 *
 *   K_EINVAL   no group has this number
 *   K_EBUSY    there have been more crashes: the caller should look again
 *   K_EPRIV    the caller is neither of the two */
int hrCredit(int group, unsigned count, unsigned crash);

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

/* Sets aside the persistent blocks of a group that is down: those that its
 * members held in their last lives, and those with its HR_GROUP_KEY.  Each is
 * renamed from NAME to NAME~aside1 (or 2, ...) and loses its key: it stays,
 * readable, until it is freed by that name.  Returns how many there were.
 * The supervisor and init; does not block.
 *
 *   K_EINVAL   no group has this number
 *   K_EPRIV    the caller is neither of the two */
int hrGroupAside(int group);

/* Ends the life of a restartable actor, as actorKill() does, with a reason:
 * HR_END_SILENT, it gives no more signs of life, or HR_END_STOP, its group is
 * to stay down until somebody starts it.  HR_END_STOP is also for an actor that
 * is down, and would be started again.  The supervisor and init; does not
 * block.
 *
 *   K_EINVAL   why is another reason
 *   K_EUNKNOWN no such actor, or it is not restartable
 *   K_EBUSY    it does not run
 *   K_EPRIV    the caller is neither of the two */
int hrEnd(int aid, int why);

#ifdef __cplusplus
}
#endif
#endif
