/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The calls of the public headers that are more than one entry into the
 * kernel, or none at all.
 */
#include <errno.h>

#include <hr/hr.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdbool.h>

#include "lib.h"

int vmPageSize(void)
{
    return (int)K_PAGE_SIZE;
}

const char *k_strerror(int error)
{
    if (error >= K_OK)
        return "success";
    static const struct {
        int value;
        const char *words;
    } errors[] = {
#define ENTRY(name, value, words) {value, words},
        K_ERRORS(ENTRY)
#undef ENTRY
    };
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].value == error)
            return errors[i].words;
    }
    return "unknown error";
}

static int errno_of(int error)
{
    switch (error) {
    case K_EFAULT:
        return EFAULT;
    case K_ENOMEM:
    case K_ESPACE:
        return ENOMEM;
    case K_EPRIV:
        return EPERM;
    case K_EUNKNOWN:
        return ESRCH;
    case K_EBUSY:
        return EBUSY;
    case K_ETIMEOUT:
        return ETIMEDOUT;
    case K_EABORT:
        return EINTR;
    case K_EFULL:
        return EAGAIN;
    case K_ENOEXEC:
        return ENOEXEC;
    case K_EFAIL:
        return EIO;
    case K_ENOSYS:
        return ENOSYS;
    default:
        return EINVAL;
    }
}

int unix_result(int result)
{
    if (result >= 0)
        return result;
    errno = errno_of(result);
    return -1;
}

/* The locks must work before the new thread runs. */
int threadCreate(KnCap *actorCap, KnThreadLid *threadLi, KnThreadStatus status,
                 void *schedParam, void *startInfo)
{
    lock_enable();
    return sys_threadCreate(actorCap, threadLi, status, schedParam, startInfo);
}

int hrKillGroup(int groupId)
{
    return unix_result(sys_hrKillGroup(groupId));
}

int sysShutdown(int argc, char **argv)
{
    KnRebootDesc how = {K_REBOOT_COLD};
    bool option = argc == 3 && strcmp(argv[1], "-i") == 0;

    if (option && strcmp(argv[2], "1") == 0)
        how.mode = K_REBOOT_HOT;
    else if (argc > 1 && !(option && strcmp(argv[2], "0") == 0))
        return errno = EINVAL, -1;
    return unix_result(sysReboot(&how));
}
