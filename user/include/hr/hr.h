/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hot restart, as an actor sees it.  Restartable is not what a program is
 * but how it was started: `arun -g GROUP`.  It is started again when it ends
 * abnormally: by a fault, by akill, or by exit() without HR_EXIT_HDL().
 */
#ifndef HR_HR_H
#define HR_HR_H

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

#ifdef __cplusplus
}
#endif
#endif
