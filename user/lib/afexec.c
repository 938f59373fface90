/* SPDX-License-Identifier: BSD-2-Clause
 *
 * afexec*(): fills the one structure that actorSpawn() takes.
 */
#include <errno.h>
#include <stdarg.h>

#include <am/afexec.h>
#include <reprise.h>

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

int afexecve(const char *path, KnCap *cactorcap, const AcParam *param,
             char *const *argv, char *const *envp)
{
    KnActorSpawn spawn = {.group = -1};

    if (cactorcap != NULL)
        return errno = EINVAL, -1;
    if (path_set(&spawn, path) < 0 || flags_set(&spawn, param) < 0)
        return -1;
    int argc = strings_add(&spawn, argv);
    int envc = argc < 0 ? -1 : strings_add(&spawn, envp);

    if (envc < 0)
        return -1;
    spawn.argc = (unsigned)argc;
    spawn.envc = (unsigned)envc;
    int aid = actorSpawn(&spawn);

    if (aid == K_EUNKNOWN)
        return errno = ENOENT, -1;
    return unix_result(aid);
}

int afexecv(const char *path, KnCap *cactorcap, const AcParam *param,
            char *const *argv)
{
    return afexecve(path, cactorcap, param, argv, environ);
}

int afexecl(const char *path, KnCap *cactorcap, const AcParam *param,
            const char *arg0, ...)
{
    char *argv[ARGUMENTS_MAX] = {(char *)arg0};
    int count = arg0 != NULL;
    va_list more;

    va_start(more, arg0);
    while (count > 0 && count < ARGUMENTS_MAX) {
        argv[count] = va_arg(more, char *);
        if (argv[count] == NULL)
            break;
        count++;
    }
    va_end(more);
    if (count == ARGUMENTS_MAX)
        return errno = E2BIG, -1;
    return afexecv(path, cactorcap, param, argv);
}
