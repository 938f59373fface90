/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actors, threads and time, as the microkernel knows them.
 */
#ifndef EXEC_CHEXEC_H
#define EXEC_CHEXEC_H

#include <kernel/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The 5.0 books say process where the 4.0 books say actor. */
#define K_MYPROCESS K_MYACTOR
#define K_MYprocess K_MYACTOR
#define K_SVPROCESS K_SVACTOR
#define K_SVprocess K_SVACTOR
#define K_USERPROCESS K_USERACTOR
#define K_USERprocess K_USERACTOR
#define K_SYSTEMPROCESS K_SYSTEMACTOR
#define K_SYSTEMprocess K_SYSTEMACTOR
#define K_SUPPROCESS K_SUPACTOR
#define K_SUPprocess K_SUPACTOR
#define K_PROCESSNAMEMAX K_ACTORNAMEMAX
#define KnProcessPrivilege KnActorPrivilege
#define KnprocessPrivilege KnActorPrivilege
#define KnProcessStatus KnActorStatus
#define KnprocessStatus KnActorStatus
#define processSelf actorSelf
#define processPrivilege actorPrivilege
#define processCreate actorCreate
#define processDelete actorDelete
#define processName actorName
#define processStart actorStart
#define processStop actorStop
#define processStat actorStat

/* ---- Actors ------------------------------------------------------------ */

/* Writes the caller's capability to myCap.  Any actor; does not block.
 *
 *   K_EFAULT   myCap leads outside the caller's space
 *
 * From actorSelf(2K). */
int actorSelf(KnCap *myCap);

/* Writes the actor's privilege to oldPriv and sets it to newPriv; either may
 * be NULL.  Only changes between K_USERACTOR and K_SYSTEMACTOR exist, and
 * only for trusted callers.  Any actor may ask; does not block.
 *
 *   K_EPRIV    the caller is not trusted, and newPriv is not NULL or the
 *              actor is another one; or a K_SUPACTOR would change
 *   K_EINVAL   newPriv is another value
 *   K_EUNKNOWN the capability is stale or forged
 *   K_EFAULT   a pointer leads outside the caller's space
 *
 * From actorPrivilege(2K). */
int actorPrivilege(KnCap *actorCap, KnActorPrivilege *oldPriv,
                   KnActorPrivilege *newPriv);

/* Makes an actor that has nothing yet, neither memory nor a thread, and writes
 * its capability to actorCap.  Who made it gives it regions (rgnAllocate(),
 * rgnInitFromActor()) and threads (threadCreate()).
 *
 *   actorInit  K_MYACTOR or a capability: whose handlers it inherits, which
 *              here are none
 *   privilege  K_USERACTOR, K_SYSTEMACTOR or K_SUPACTOR
 *   status     K_ACTIVE, or K_STOPPED: its threads wait for actorStart()
 *
 * It has its maker's name and priority.  It is not restartable and has no
 * image: it lives until somebody ends it, also when its last thread has gone,
 * and at most as long as its maker's present life, since a restarted maker
 * finds the world as it was at its first start.  Its end is kept for its
 * maker's awaits() (am/await.h), unless it is the maker that kills it.  Trusted
 * actors; does not block.
 *
 *   K_EINVAL   privilege, status
 *   K_EFULL    64 ends (of the site: 128) are kept that nobody has awaited
 *   K_ENOMEM   no memory or no actor descriptors left
 *   K_EUNKNOWN actorInit is stale or forged
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   a pointer leads outside the caller's space
 *
 * From actorCreate(2K). */
int actorCreate(KnCap *actorInit, KnCap *actorCap, KnActorPrivilege privilege,
                KnActorStatus status);

/* Writes the actor's name to oldName, which has K_ACTORNAMEMAX bytes, and
 * gives it the name newName; either may be NULL.  Of a longer name the first
 * K_ACTORNAMEMAX - 1 bytes are taken.  The name is for people: restart, blocks,
 * what an actor may have of the bank, and hrfexec*() do not go by it.  A
 * restart keeps it; of a site, it does not.  Any actor its own, trusted actors
 * others'; does not block.
 *
 *   K_EINVAL   newName is empty, has 256 bytes or more, or one that cannot be
 *              printed
 *   K_EUNKNOWN K_EPRIV K_EFAULT as actorDelete()
 *
 * From actorName(2K). */
int actorName(KnCap *actorCap, char *oldName, char *newName);

/* Lets the threads of an actor run that actorStop() has stopped.  One that is
 * suspended (threadSuspend()) stays so.  Nothing happens to an actor that is
 * not stopped.  Any actor itself, trusted actors others; does not block.
 *
 *   K_EUNKNOWN K_EPRIV K_EFAULT as actorDelete()
 *
 * From actorStart(2K). */
int actorStart(KnCap *actorCap);

/* Keeps all threads of an actor from running until actorStart(); the caller's
 * own, too.  What they wait for may come meanwhile, and time limits may pass.
 * Doing it twice is like doing it once.  A stopped actor that has promised a
 * heartbeat does not keep its promise.  A new life is not stopped.  Any actor
 * itself, trusted actors others; does not block.
 *
 *   K_EUNKNOWN K_EPRIV K_EFAULT as actorDelete()
 *
 * From actorStop(2K). */
int actorStop(KnCap *actorCap);

/* Fills stat with the capability and the status, K_ACTIVE or K_STOPPED, of as
 * many actors as fit into buffSize bytes, in no order, and returns how many
 * run, which may be more.  options is 0.  Trusted actors; does not block.
 *
 *   K_EINVAL   options
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   stat leads outside the caller's space
 *
 * From actorStat(2K). */
int actorStat(unsigned options, KnActorStat *stat, unsigned buffSize);

/* Ends an actor.  A restartable one is restarted by that, as by akill().  Any
 * actor itself, with K_MYACTOR, and trusted actors others; does not block.
 *
 *   K_EUNKNOWN the capability is stale or forged
 *   K_EPRIV    another actor, and the caller is not trusted
 *   K_EFAULT   actorCap leads outside the caller's space
 *
 * From actorDelete(2K). */
int actorDelete(KnCap *actorCap);

/* ---- Threads ----------------------------------------------------------- */

/* Makes a thread in an actor and writes its id, unique in the actor, to
 * threadLi.
 *
 *   status      K_ACTIVE: it runs; K_INACTIVE: threadActivate() lets it
 *   schedParam  KnFifoThParms *: K_SCHED_FIFO and a priority 0 (first
 *               served) .. 255, for callers that are not trusted 21 .. 255;
 *               NULL: the caller's priority
 *   startInfo   KnDefaultStartInfo_f *: dsType K_DEFAULT_START_INFO,
 *               dsEntry the function, dsUserStackPointer one past the
 *               highest byte of a stack that the caller provides,
 *               dsPrivilege K_USERTHREAD or K_SUPTHREAD, which here are the
 *               same; dsSystemStackSize is not read
 *
 * The entry function takes no argument and must not return: it ends with
 * threadDelete(K_MYACTOR, K_MYSELF).  Any actor in itself; does not block.
 *
 *   K_EINVAL   status, dsType, dsPrivilege, priority or class
 *   K_EFAULT   a pointer leads outside the caller's space
 *   K_EADDR    dsEntry or dsUserStackPointer is no address of an actor
 *   K_ENOMEM   no thread descriptors left, of the site or of the actor
 *   K_EPRIV    another actor or a priority below 21, and the caller is not
 *              trusted
 *   K_EUNKNOWN the capability is stale or forged
 *
 * From threadCreate(2K). */
int threadCreate(KnCap *actorCap, KnThreadLid *threadLi, KnThreadStatus status,
                 void *schedParam, void *startInfo);

/* Deletes a thread; K_MYSELF with K_MYACTOR is the caller, which then does
 * not return.  The last thread takes its actor with it, as exit(0) would,
 * but without flushing stdio.  Does not block.
 *
 *   K_EUNKNOWN no such thread, or the capability is stale or forged
 *   K_EPRIV    another actor, and the caller is not trusted
 *   K_EFAULT   actorCap leads outside the caller's space
 *
 * From threadDelete(2K). */
int threadDelete(KnCap *actorCap, KnThreadLid threadLi);

/* Lets a thread run that was made K_INACTIVE.  Does not block.
 *
 *   K_EINVAL   it is active already
 *   K_EUNKNOWN K_EPRIV K_EFAULT as threadDelete()
 *
 * From threadActivate(2K). */
int threadActivate(KnCap *actorCap, KnThreadLid threadLi);

/* Ends the wait of a thread, which gets K_EABORT from the call that it made;
 * if it does not wait, the next threadDelay(), syncWait() or awaits() that
 * would.  Does not block.
 *
 *   K_EUNKNOWN K_EPRIV K_EFAULT as threadDelete()
 *
 * From threadAbort(2K). */
int threadAbort(KnCap *actorCap, KnThreadLid threadLi);

/* Keeps a thread from running until threadResume(); K_MYSELF is the caller.
 * What it waits for may come meanwhile, and its time limit may pass.  Doing
 * it twice is like doing it once.  Does not block.
 *
 *   K_EUNKNOWN K_EPRIV K_EFAULT as threadDelete()
 *
 * From threadSuspend(2K). */
int threadSuspend(KnCap *actorCap, KnThreadLid threadLi);

/* Undoes threadSuspend(); nothing happens to a thread that is not suspended.
 * Does not block.
 *
 *   K_EUNKNOWN K_EPRIV K_EFAULT as threadDelete()
 *
 * From threadResume(2K). */
int threadResume(KnCap *actorCap, KnThreadLid threadLi);

/* Writes a thread's priority to oldParam and sets it from newParam, both
 * KnFifoThParms * or NULL; values as for threadCreate().  A thread with a new
 * priority goes behind its equals, but keeps its place where it waits.  Does
 * not block.
 *
 *   K_EINVAL   priority or class
 *   K_EPRIV    as threadDelete(), or a priority below 21 and the caller is
 *              not trusted
 *   K_EUNKNOWN K_EFAULT as threadDelete()
 *
 * From threadScheduler(2K). */
int threadScheduler(KnCap *actorCap, KnThreadLid threadLi, void *oldParam,
                    void *newParam);

/* The id of the calling thread, 1 or more; 1 is the one that runs main().
 * Any actor; does not block.  From threadSelf(2K). */
int threadSelf(void);

/* Waits as long as waitLimit tells: at least that, at most one tick more.
 * K_NOBLOCK (NULL) gives the processor to the next thread of the same
 * priority; K_NOTIMEOUT waits for ever.  Any actor; may block.
 *
 *   K_OK       the time is over
 *   K_EABORT   threadAbort()
 *   K_EINVAL   tmSec < 0, or tmNSec not in 0 .. 999,999,999
 *   K_EFAULT   waitLimit leads outside the caller's space
 *
 * From threadDelay(2K), which reports the end of the time as an error. */
int threadDelay(KnTimeVal *waitLimit);

/* ---- Time -------------------------------------------------------------- */

/* Sets a KnTimeVal from milliseconds, 0 or more.  Ours in this shape. */
#define K_MILLI_TO_TIMEVAL(time, milliseconds)              \
    ((time)->tmSec = (long)((milliseconds) / 1000),         \
     (time)->tmNSec = (long)((milliseconds) % 1000) * 1000000)

/* Writes the time since the kernel's start to time; it never goes back
 * within a life of the kernel.  Any actor; does not block.
 *
 *   K_EFAULT   time leads outside the caller's space
 *
 * From sysTime(2K). */
int sysTime(KnTimeVal *time);

#ifdef __cplusplus
}
#endif
#endif
