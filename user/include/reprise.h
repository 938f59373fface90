/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What Reprise adds to the interface of the books: who runs, what kind of
 * start this is, what the bank holds, the site in figures, the console.
 */
#ifndef REPRISE_H
#define REPRISE_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An error in words, for a negative result of any call; "success" for K_OK
 * and positive results.  The text is constant.  Does not block. */
const char *k_strerror(int error);

/* ---- Starts ------------------------------------------------------------ */

/* Tells what kind of start this life had: fresh, after a restart of the actor
 * or of the site, and how many lives there were before.  Any actor; does not
 * block.
 *
 *   K_EFAULT   info leads outside the caller's space */
int hrStartInfo(HrStartInfo *info);

/* ---- Actors ------------------------------------------------------------ */

/* Fills actors with as many actors as fit into size bytes, in no order, and
 * returns how many there are, which may be more.  Any actor; does not block.
 *
 *   K_EFAULT   actors leads outside the caller's space */
int actorList(KnActorInfo *actors, size_t size);

/* Loads an actor from the archive, and returns its aid.  A restartable one
 * (K_SPAWN_RESTARTABLE) waits until the supervisor has registered and started
 * it; any other runs at once.  With K_SPAWN_AWAITED its end is kept for the
 * caller's awaits().  Trusted actors; does not block.
 *
 *   K_EUNKNOWN no such file in the archive
 *   K_ENOEXEC  not an ELF image of an actor for this machine
 *   K_EINVAL   flags or group, or args and the counts do not agree
 *   K_ENOMEM   no memory or no actor descriptors left
 *   K_EFAIL    its image in RAM is damaged
 *   K_EFULL    as many restartable actors as there may be; or, with
 *              K_SPAWN_AWAITED, as many ends that nobody has awaited
 *   K_EPRIV    the caller is not trusted; or K_SPAWN_SITE, and it is not the
 *              supervisor or init
 *   K_EFAULT   spawn leads outside the caller's space */
int actorSpawn(const KnActorSpawn *spawn);

/* Ends an actor abnormally: a restartable one comes back, and so does a boot
 * actor.  The caller may be its own target.  Trusted actors; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EBUSY    it does not run
 *   K_EPRIV    the caller is not trusted */
int actorKill(int aid);

/* Kills an actor: akill() with a KnError, and the same as actorDelete() but
 * for what awaits() tells.  Any actor itself, trusted actors others; does not
 * block.
 *
 *   K_EUNKNOWN the capability is stale or forged
 *   K_EPRIV    another actor, and the caller is not trusted
 *   K_EFAULT   cap leads outside the caller's space */
int akillOf(const KnCap *cap);

/* Waits for the end of an actor, at most as long as limit tells, writes how it
 * ended to status and returns its aid: awaitsLimit() with a KnError, and its
 * rules (am/await.h).  May block.
 *
 *   K_EUNKNOWN the capability is stale or forged, and no end is kept for it
 *   K_EPRIV    the caller has not started it, and is not trusted
 *   K_EINVAL   it is the caller itself, or limit is no time
 *   K_ETIMEOUT it has not ended in time; at once with K_NOBLOCK
 *   K_EABORT   threadAbort()
 *   K_EFAULT   a pointer leads outside the caller's space */
int actorAwait(const KnCap *cap, int *status, KnTimeVal *limit);

/* Writes the capability of a running actor to cap: acap() with a KnError.  Of
 * one that has ended, too, if its end is kept for the caller's actorAwait().
 * Trusted actors; does not block.
 *
 *   K_EUNKNOWN no such actor, or it does not run
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   cap leads outside the caller's space */
int acapOf(int aid, KnCap *cap);

/* Tells where the caller keeps a table of its objects, for who looks at it
 * with actorPeek(): actorList() passes both numbers on.  What they mean is
 * between the two; here it is the memory maps of the actor, count pointers.
 * Any actor; does not block. */
int actorPublish(VmAddr objects, unsigned count);

/* Copies bytes of the data or constants of a running actor to bytes, from its
 * address at on, at most size bytes, 1,024 at a time and not beyond a page.
 * Returns how many.  The actor may be changing them.  Trusted actors; does not
 * block.
 *
 *   K_EUNKNOWN no such actor, or it does not run
 *   K_EADDR    at is neither in its data nor in its constants, or size is 0
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   bytes leads outside the caller's space */
long actorPeek(int aid, VmAddr at, void *bytes, size_t size);

/* Ends the caller with a status, without the C library's clean-up: programs
 * call exit().  Does not return.  Any actor. */
int actorExit(int status);

/* Ends the caller as a fault would, with words of its own in place of the
 * processor's: a report with a backtrace on the console, and a restart if the
 * actor is restartable.  For what a correct program never does.  At most 79
 * bytes of words are used.  Any actor; does not return but with
 *
 *   K_EFAULT   words leads outside the caller's space */
int actorFault(const char *words, size_t size);

/* Tells what a living actor has and may have; aid 0 means the caller.  Any
 * actor; does not block.
 *
 *   K_EUNKNOWN no such actor
 *   K_EFAULT   quota leads outside the caller's space */
int actorQuota(int aid, KnActorQuota *quota);

/* Ways for an actor to fail, for tests: offsets in a page of code that knows no
 * address but its own, ended by an empty name.  Which there are is the
 * processor's. */
typedef struct {
    char name[16];
    unsigned long offset;
} KnProvoke;
extern const KnProvoke k_provokes[];
extern const char k_provoke_page[]; /* K_PAGE_SIZE bytes, page aligned */

/* ---- Synchronisation --------------------------------------------------- */

/* Waits until syncWake() is called for this word, if the word still is
 * expected; else returns at once.  So either the caller sees a new value, or
 * whoever stores one later and calls syncWake() finds it waiting.  The word
 * is known by its address in the calling actor.  Any actor; may block.
 *
 *   K_OK       woken, or the word is not expected: look again
 *   K_ETIMEOUT the limit is reached; at once with K_NOBLOCK
 *   K_EABORT   threadAbort()
 *   K_EINVAL   word is not aligned, or limit is no time
 *   K_EFAULT   a pointer leads outside the caller's space */
int syncWait(const unsigned *word, unsigned expected, KnTimeVal *limit);

/* Wakes up to count threads that wait on this word: the highest priority
 * first, among equals who has waited longest.  Returns how many.  A priority
 * counts as it was when the wait began.  Any actor; does not block.
 *
 *   K_EINVAL   word is not aligned
 *   K_EFAULT   word leads outside the caller's space */
int syncWake(const unsigned *word, unsigned count);

/* ---- Persistent memory ------------------------------------------------- */

/* Fills blocks with as many blocks as fit into size bytes, and returns how
 * many there are, which may be more; 0 without a bank.  Any actor; does not
 * block.
 *
 *   K_EFAULT   blocks leads outside the caller's space */
int pmmList(PmmBlockInfo *blocks, size_t size);

/* Copies up to size bytes of a block, from offset on, to bytes: whoever holds
 * it, and without holding it.  Returns the bytes copied, at most 1024 a call,
 * and 0 at the block's end.  Trusted actors; does not block.
 *
 *   K_EINVAL   medium is not "RAM", or the name is empty or unterminated
 *   K_EUNKNOWN no such block
 *   K_EFAULT   name or bytes leads outside the caller's space
 *   K_EPRIV    the caller is not trusted */
long pmmRead(const PmmName *name, size_t offset, void *bytes, size_t size);

/* ---- Site -------------------------------------------------------------- */

/* Tells the site in figures.  Any actor; does not block.
 *
 *   K_EFAULT   info leads outside the caller's space */
int sysInfo(KnSysInfo *info);

/* Copies kernel messages to text, from byte offset of the kernel's log on, at
 * most size bytes and 1,024 at a time, and returns how many; 0 at the end.
 * Trusted actors; does not block.
 *
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   text leads outside the caller's space */
int sysLog(size_t offset, char *text, size_t size);

/* Copies bytes of a file of the archive to data, from byte offset on, at most
 * size bytes, and returns how many; 0 at the end.  Trusted actors; does not
 * block.
 *
 *   K_EUNKNOWN no such file
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   a pointer leads outside the caller's space */
int sysFile(const char *name, size_t offset, void *data, size_t size);

/* Shows what a reset of this machine leaves of its RAM, in two steps.
 *
 * With .action K_RETENTION_FILL: fills all free RAM with a pattern that is
 * another for each address, cleans it out of the caches and resets the
 * machine; does not return.
 *
 * With .action K_RETENTION_LOOK, after that reset: looks at the RAM that
 * nobody has been given since the start, from the physical address .startAddr
 * on, and returns 1 with .startAddr, .size, .kind and .flipped set for a range
 * of one kind, at most 1 MiB of it; 0 if there is no more.  The next look goes
 * on at .startAddr + .size.  Changes nothing.
 *
 * Trusted actors; does not block.
 *
 *   K_EINVAL   no such action
 *   K_EPRIV    the caller is not trusted
 *   K_EFAULT   retention leads outside the caller's space */
int sysRetention(KnRetention *retention);

/* ---- Faults on purpose -------------------------------------------------- */

/* Does harm to the kernel: flips the bits of .mask in .size bytes of the part
 * that .where names, from .offset on; or, with K_INJECT_PLANT, commits the
 * .offset-th fault of kernel/planted.c, counted from 0.  For tests: refused
 * unless test.inject=1 is on the kernel's command line.  Trusted actors; does
 * not block, and may not return.
 *
 *   K_EINVAL   no such part
 *   K_ESIZE    size is 0 or more than K_INJECT_BYTES
 *   K_EADDR    outside that part
 *   K_EUNKNOWN no such planted fault
 *   K_EPRIV    the caller is not trusted, or test.inject=1 was not asked for
 *   K_EFAULT   inject leads outside the caller's space */
int sysInject(const KnInject *inject);

/* Does harm to a running actor: flips the bits of mask in size bytes of its
 * text, constants, data or stack, from its address at on, but not beyond the
 * page.  Returns how many bytes.  Its next life is as if nothing had been.
 * For tests, as sysInject().  Trusted actors; does not block.
 *
 *   K_EUNKNOWN no such actor, or it does not run
 *   K_EADDR    there is nothing such at that address
 *   K_ESIZE    size is 0 or more than K_INJECT_BYTES
 *   K_EPRIV    the caller is not trusted, or test.inject=1 was not asked for
 *   K_EFAULT   mask leads outside the caller's space */
long actorInject(int aid, VmAddr at, const void *mask, size_t size);

/* Goes through all that the kernel keeps and compares it with itself.  Takes
 * long, with interrupts off, and is there only if "test.check=1" stands on the
 * kernel's command line.  Any actor; does not block.
 *
 *   K_OK       all of it agrees
 *   K_EFAIL    it does not; size bytes at most of words say what
 *   K_ENOSYS   the command line does not ask for it
 *   K_EFAULT   words leads outside the caller's space */
int sysCheck(char *words, size_t size);

/* ---- Console ----------------------------------------------------------- */

/* Writes to the console, and returns how many bytes it took: at most 4,096 at
 * a time, and fewer when the line is behind.  printf() comes out here.  Any
 * actor; does not block.
 *
 *   K_EFAULT   text leads outside the caller's space: nothing was written */
int consoleWrite(const void *text, size_t size);

/* Waits for console input, and returns how many bytes came: 1 .. size, at
 * most 256 at a time; 0 at once for a size of 0.  Bytes as they come: no echo,
 * no lines.  Any actor; may block.
 *
 *   K_EBUSY    another thread waits already
 *   K_EABORT   threadAbort(), while it waited
 *   K_EFAULT   text leads outside the caller's space */
int consoleRead(void *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
