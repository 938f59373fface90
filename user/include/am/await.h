/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting for the end of an actor, in the manner of the actor manager: -1 and
 * errno.
 *
 * What ends is a life.  A restartable actor that fails has ended for who
 * waits, and its next life has another capability (acap()).
 */
#ifndef AM_AWAIT_H
#define AM_AWAIT_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a status tells.  Of the three questions one is answered with yes:
 *
 *   IS_EXIT_EVT  it has called exit(), or returned from main(), or deleted
 *                its last thread; GET_EXIT_EVT: the low byte of what it gave
 *   IS_KILL_EVT  something ended it; GET_KILL_EVT: K_EVENT_... (kernel/abi.h)
 *   IS_STP_EVT   it was stopped, by GET_STP_EVT; never here: actorStop() ends
 *                no life
 */
#define IS_EXIT_EVT(status) (((status) & 0xff) == 0)
#define GET_EXIT_EVT(status) ((status) >> 8 & 0xff)
#define IS_KILL_EVT(status) (!IS_EXIT_EVT(status) && !IS_STP_EVT(status))
#define GET_KILL_EVT(status) ((status) & 0xff)
#define IS_STP_EVT(status) (((status) & 0xff) == K_STATUS_STOP)
#define GET_STP_EVT(status) ((status) >> 8 & 0xff)

/* Waits until an actor ends, writes how to statusp, and returns its aid.
 *
 * The end of an actor that the caller's present life has started with
 * afexec*() or hrfexec*(), asking for its capability, or made with
 * actorCreate(), is kept until it is awaited, once: nothing is lost if it
 * ended before.  Of any other actor only
 * an end that comes while one waits is told; trusted actors may wait for all.
 * Any number of threads may wait for one actor, and all are told.  When the
 * caller's life ends, what was kept for it is forgotten.  Any actor; may
 * block.
 *
 *   ESRCH      the capability is stale or forged, and no end is kept for it
 *   EPERM      the caller has not started it, and is not trusted
 *   EINVAL     it is the caller itself
 *   EINTR      threadAbort()
 *   EFAULT     a pointer leads outside the caller's space
 *
 * From awaits(2K). */
int awaits(const KnCap *cactorcap, int *statusp);

/* The same, and waits no longer than limit tells: K_NOBLOCK looks only.  Ours.
 *
 *   ETIMEDOUT  it has not ended in time
 *   EINVAL     also: limit is no time
 *   others     as awaits() */
int awaitsLimit(const KnCap *cactorcap, int *statusp, KnTimeVal *limit);

#ifdef __cplusplus
}
#endif
#endif
