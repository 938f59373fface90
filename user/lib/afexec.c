/* SPDX-License-Identifier: BSD-2-Clause
 *
 * afexec*() and hrfexec*(): fill the one structure that actorSpawn() and
 * hrExec() take.
 */
#include <errno.h>
#include <stdarg.h>

#include <am/await.h>
#include <hr/hr.h>
#include <reprise.h>
#include <stdbool.h>

#include "lib.h"

#define ARGUMENTS_MAX 64 /* of afexecl(), with the NULL */

extern char **environ;

/* Appends the strings of a vector to spawn->args; how many, or -1 if they do
 * not fit. */
static int strings_add(KnActorSpawn *spawn, char *const *vector)
{
    int count = 0;

    for (; vector != NULL && vector[count] != NULL; count++) {
        size_t size = strlen(vector[count]) + 1;

        if (size > sizeof(spawn->args) - spawn->argsSize)
            return errno = E2BIG, -1;
        memcpy(spawn->args + spawn->argsSize, vector[count], size);
        spawn->argsSize += (unsigned)size;
    }
    return count;
}

/* The archive has no folders: what counts is the name. */
static int path_set(KnActorSpawn *spawn, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;

    if (strlen(name) >= sizeof(spawn->path))
        return errno = ENOENT, -1;
    strcpy(spawn->path, name);
    return 0;
}

static int flags_set(KnActorSpawn *spawn, const AcParam *param)
{
    if (param == NULL)
        return 0;
    int space = param->acFlags & ~AFX_TRUSTED;

    if (space != AFX_USER_SPACE && space != AFX_SUPERVISOR_SPACE &&
        space != AFX_ANY_SPACE)
        return errno = EINVAL, -1;
    if (param->acStdin || param->acStdout || param->acStderr ||
        param->acCurdir || param->acRootdir || param->acCred)
        return errno = EINVAL, -1;
    if ((param->acFlags & AFX_TRUSTED) || space == AFX_SUPERVISOR_SPACE)
        spawn->flags = K_SPAWN_TRUSTED;
    return 0;
}

/* A request from what the callers of afexec*() and hrfexec*() give. */
static int spawn_make(KnActorSpawn *spawn, const char *path,
                      const AcParam *param, char *const *argv,
                      char *const *envp)
{
    *spawn = (KnActorSpawn){.group = -1};
    if (path_set(spawn, path) < 0 || flags_set(spawn, param) < 0)
        return -1;
    int argc = strings_add(spawn, argv);
    int envc = argc < 0 ? -1 : strings_add(spawn, envp);

    if (envc < 0)
        return -1;
    spawn->argc = (unsigned)argc;
    spawn->envc = (unsigned)envc;
    return 0;
}

/* The capability of a new actor, if it is wanted; only trusted actors get
 * it. */
static int spawn_result(int aid, KnCap *cactorcap)
{
    if (aid == K_EUNKNOWN)
        return errno = ENOENT, -1;
    if (aid > 0 && cactorcap != NULL && acapOf(aid, cactorcap) != K_OK)
        memset(cactorcap, 0, sizeof(*cactorcap));
    return unix_result(aid);
}

int afexecve(const char *path, KnCap *cactorcap, const AcParam *param,
             char *const *argv, char *const *envp)
{
    KnActorSpawn spawn;

    if (spawn_make(&spawn, path, param, argv, envp) < 0)
        return -1;
    spawn.flags |= cactorcap != NULL ? K_SPAWN_AWAITED : 0;
    return spawn_result(actorSpawn(&spawn), cactorcap);
}

int hrfexecve(PmmName *baseName, const char *path, KnCap *cactorcap,
              const AcParam *param, char *const *argv, char *const *envp)
{
    KnActorSpawn spawn;

    if (baseName == NULL || strncmp(baseName->medium, "RAM", 4) != 0)
        return errno = EINVAL, -1;
    if (spawn_make(&spawn, path, param, argv, envp) < 0)
        return -1;
    memcpy(spawn.base, baseName->name, sizeof(spawn.base));
    spawn.flags |= cactorcap != NULL ? K_SPAWN_AWAITED : 0;
    return spawn_result(hrExec(&spawn), cactorcap);
}

int afexecv(const char *path, KnCap *cactorcap, const AcParam *param,
            char *const *argv)
{
    return afexecve(path, cactorcap, param, argv, environ);
}

int hrfexecv(PmmName *baseName, const char *path, KnCap *cactorcap,
             const AcParam *param, char *const *argv)
{
    return hrfexecve(baseName, path, cactorcap, param, argv, environ);
}

/* Collects the arguments up to the NULL; false: too many. */
static bool arguments(char *argv[ARGUMENTS_MAX], const char *arg0,
                      va_list *more)
{
    int count = arg0 != NULL;

    argv[0] = (char *)arg0;
    while (count > 0 && count < ARGUMENTS_MAX) {
        argv[count] = va_arg(*more, char *);
        if (argv[count] == NULL)
            return true;
        count++;
    }
    if (count == ARGUMENTS_MAX)
        errno = E2BIG;
    return count == 0;
}

int afexecl(const char *path, KnCap *cactorcap, const AcParam *param,
            const char *arg0, ...)
{
    char *argv[ARGUMENTS_MAX];
    va_list more;

    va_start(more, arg0);
    bool good = arguments(argv, arg0, &more);
    va_end(more);
    return good ? afexecv(path, cactorcap, param, argv) : -1;
}

int hrfexecl(PmmName *baseName, const char *path, KnCap *cactorcap,
             const AcParam *param, const char *arg0, ...)
{
    char *argv[ARGUMENTS_MAX];
    va_list more;

    va_start(more, arg0);
    bool good = arguments(argv, arg0, &more);
    va_end(more);
    return good ? hrfexecv(baseName, path, cactorcap, param, argv) : -1;
}

int hrfexecle(PmmName *baseName, const char *path, KnCap *cactorcap,
              const AcParam *param, const char *arg0, ...)
{
    char *argv[ARGUMENTS_MAX];
    char **envp = NULL;
    va_list more;

    va_start(more, arg0);
    bool good = arguments(argv, arg0, &more);
    if (good && arg0 != NULL)
        envp = va_arg(more, char **);
    va_end(more);
    return good ? hrfexecve(baseName, path, cactorcap, param, argv, envp) : -1;
}

int acap(int aid, KnCap *cap)
{
    return unix_result(acapOf(aid, cap));
}

int akill(const KnCap *cap)
{
    return unix_result(akillOf(cap));
}

int awaits(const KnCap *cactorcap, int *statusp)
{
    return awaitsLimit(cactorcap, statusp, K_NOTIMEOUT);
}

int awaitsLimit(const KnCap *cactorcap, int *statusp, KnTimeVal *limit)
{
    return unix_result(actorAwait(cactorcap, statusp, limit));
}
