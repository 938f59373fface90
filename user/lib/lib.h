/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the files of this library share among themselves.  Not installed.
 */
#ifndef LIB_H
#define LIB_H

#include <chorus.h>

/* Entered by crt0 with what the kernel gave; never returns. */
_Noreturn void actor_start(int argc, char **argv, char **envp);

/* From here on the C library's locks work: a second thread may exist. */
void lock_enable(void);

/* Turns a kernel's result into the books' other habit: result if it is not
 * negative, else -1 with the errno that comes closest. */
int unix_result(int result);

/* Kernel calls that have a function in front of them (stubs.S). */
int sys_threadCreate(KnCap *actorCap, KnThreadLid *threadLi,
                     KnThreadStatus status, void *schedParam, void *startInfo);
int sys_hrKillGroup(int groupId);

#endif
