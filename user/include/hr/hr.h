/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hot restart, as an actor sees it.  Restartable is not what a program is
 * but how it was started: `arun -g GROUP`.  It is started again when it ends
 * abnormally: by a fault, by akill, or by exit() without HR_EXIT_HDL().
 */
#ifndef HR_HR_H
#define HR_HR_H

#include <am/afexec.h>
#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Says that the caller's work is done: whatever ends it from now on counts as
 * a clean end, so call it right before exit().  When the last member of the
 * group has ended cleanly, the group's blocks (HR_GROUP_KEY) are freed.  An
 * actor that is not restartable may call it, to no effect.  Returns K_OK.
 * Any actor; does not block.
 *
 * From HR_EXIT_HDL(2RESTART). */
#define HR_EXIT_HDL() hrExitHdl()
int hrExitHdl(void);

/* The restart group of the actor with this aid, 0 or more.  Any actor; does
 * not block.  -1 and errno:
 *
 *   ESRCH      no such actor, or it is not restartable
 *
 * From hrGetActorGroup(2RESTART). */
int hrGetActorGroup(int aid);
#define hrGetprocessGroup hrGetActorGroup

/* Kills all actors of a restart group as if they had ended cleanly; its blocks
 * with HR_GROUP_KEY are freed.  A group without members is no error.  Trusted
 * actors; does not block.  0, or -1 and errno:
 *
 *   EINVAL     no group has this number
 *   EPERM      the caller is not trusted
 *
 * From hrKillGroup(2RESTART). */
int hrKillGroup(int groupId);

/* Starts an indirect member of the caller's restart group, and returns its aid.
 *
 *   baseName   medium "RAM" and a name of 1 .. 47 bytes that the member has in
 *              its group until the group ends.  The first call with a name
 *              loads the image and registers it; later ones, in whatever life
 *              of the caller, start the registered image again, with the
 *              arguments of this call, and read path no more
 *   the others as afexecve(); an actor that is not trusted starts none that is
 *
 * Should the group fail, the new actor is stopped with it and comes back when
 * it is started so again; if all direct members have ended cleanly, the
 * supervisor starts it.  Restartable actors; does not block.  -1 and errno:
 *
 *   EPERM      the caller is not restartable, or not trusted and param asks
 *              for a trusted actor
 *   EBUSY      the member of that name runs
 *   EINVAL     baseName, param
 *   EAGAIN     as many restartable actors as there may be (hrCtrl.maxActors);
 *              or ends that nobody has awaited, as afexecve()
 *   ENOENT ENOEXEC E2BIG ENOMEM   as afexecve()
 *
 * From hrfexec(2RESTART). */
int hrfexecve(PmmName *baseName, const char *path, KnCap *cactorcap,
              const AcParam *param, char *const *argv, char *const *envp);

/* The same with the caller's environment; there is no search path.  From
 * hrfexec(2RESTART). */
int hrfexecv(PmmName *baseName, const char *path, KnCap *cactorcap,
             const AcParam *param, char *const *argv);
#define hrfexecvp hrfexecv

/* The same with the arguments one by one, at most 63, and (char *)0.  From
 * hrfexec(2RESTART). */
int hrfexecl(PmmName *baseName, const char *path, KnCap *cactorcap,
             const AcParam *param, const char *arg0, ...);
#define hrfexeclp hrfexecl

/* The same, and the environment after the (char *)0.  From
 * hrfexec(2RESTART). */
int hrfexecle(PmmName *baseName, const char *path, KnCap *cactorcap,
              const AcParam *param, const char *arg0, ...);

/* What is below hrfexecve(): spawn has path, args, base and K_SPAWN_TRUSTED
 * or nothing in flags.  Returns the aid.  Restartable actors; does not block.
 * Ours.
 *
 *   K_EPRIV K_EBUSY K_EINVAL K_EFULL K_EUNKNOWN (no file) K_ENOEXEC K_ENOMEM
 *              as above
 *   K_EFAULT   spawn leads outside the caller's space */
int hrExec(const KnActorSpawn *spawn);

/* Says that the caller works as it should: once it has been up for a second,
 * the badness of its group is 0 again.  One call a life is enough; an actor
 * that is not restartable may call it, to no effect.  Returns K_OK.  Any
 * actor; does not block.  Ours. */
int hrHealthy(void);

/* Restarts the caller, and so its group: a failure like any other, counted as
 * such, without a fault.  Returns only if it fails.  Restartable actors; does
 * not block.  Ours.
 *
 *   K_EPRIV    the caller is not restartable */
int hrRestart(void);

/* Promises a sign of life, which is this call again, each period_ms from now
 * on, 20 .. 86,400,000 milliseconds; 0 takes the promise back.  A caller that
 * does not keep it hangs, and is restarted before two periods are over.  Time
 * in which it was ready to run and others did run does not count.  Restartable
 * actors; does not block.  Ours.
 *
 *   K_EINVAL   period_ms
 *   K_EPRIV    the caller is not restartable */
int hrHeartbeat(int period_ms);

#ifdef __cplusplus
}
#endif
#endif
