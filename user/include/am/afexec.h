/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Starting actors in the manner of the actor manager: -1 and errno.
 */
#ifndef AM_AFEXEC_H
#define AM_AFEXEC_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* AcParam.acFlags: one space, and AFX_TRUSTED or not. */
#define AFX_USER_SPACE 0x1
#define AFX_SUPERVISOR_SPACE 0x2 /* here: a trusted user actor */
#define AFX_ANY_SPACE 0x4        /* here: AFX_USER_SPACE */
#define AFX_TRUSTED 0x8          /* K_SYSTEMACTOR */

typedef struct cx_cred cx_cred_t; /* users are not known here */

typedef struct AcParam {
    int acSite; /* not read */
    int acFlags;
    /* The console, always; NULL. */
    char *acStdin, *acStdout, *acStderr, *acCurdir, *acRootdir;
    cx_cred_t *acCred; /* NULL */
} AcParam;

/* Starts an actor, and returns its aid.
 *
 *   path       its file in the archive; folders before the name are not read
 *   cactorcap  NULL, or where a capability for the new actor is written; all
 *              zero, which names no actor, if it has ended already or the
 *              caller is not trusted.  The new actor's end is then kept for
 *              the caller's awaits() (am/await.h)
 *   param      AcParam, or NULL for a user actor
 *   argv       arguments and NULL; argv[0] is the actor's name
 *   envp       environment and NULL, or NULL
 *
 * The new actor is not restartable.  Trusted actors; does not block.
 *
 *   ENOENT     no such file in the archive
 *   ENOEXEC    not an ELF image of an actor for this machine
 *   E2BIG      the strings of argv and envp need more than K_ARGSMAX bytes
 *   EINVAL     param
 *   ENOMEM     no memory or no actor descriptors left
 *   EAGAIN     cactorcap is not NULL, and 64 ends (of the site: 128) are kept
 *              already that nobody has awaited
 *   EPERM      the caller is not trusted
 *
 * From afexecve(2K). */
int afexecve(const char *path, KnCap *cactorcap, const AcParam *param,
             char *const *argv, char *const *envp);

/* The same with the caller's environment.  There is no search path: afexecvp
 * is afexecv.  From afexecv(2K). */
int afexecv(const char *path, KnCap *cactorcap, const AcParam *param,
            char *const *argv);
#define afexecvp afexecv

/* The same with the arguments one by one, at most 63, and (char *)0.  From
 * afexecl(2K). */
int afexecl(const char *path, KnCap *cactorcap, const AcParam *param,
            const char *arg0, ...);
#define afexeclp afexecl

/* Writes the capability of the running actor aid to cap; 0 or -1.  Trusted
 * actors; does not block.
 *
 *   ESRCH      no such actor, or it does not run
 *   EPERM      the caller is not trusted
 *   EFAULT     cap leads outside the caller's space
 *
 * From acap(2K). */
int acap(int aid, KnCap *cap);

/* Kills an actor; a restartable one is restarted.  0 or -1.  Any actor itself,
 * trusted actors others; does not block.
 *
 *   ESRCH      the capability is stale or forged
 *   EPERM      another actor, and the caller is not trusted
 *   EFAULT     cap leads outside the caller's space
 *
 * From akill(2K). */
int akill(const KnCap *cap);

#ifdef __cplusplus
}
#endif
#endif
