/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Linked with the sources of the supervisor, as they are, around its main()
 * and its hrWait() (ld --wrap): shows when the one began and the other ended.
 */
#include "counter.h"
#include "life.h"

#include <hr/hrCtrl.h>

int __real_main(int argc, char **argv, char **envp);
int __wrap_main(int argc, char **argv, char **envp);
int __real_hrWait(KnTimeVal *limit);
int __wrap_hrWait(KnTimeVal *limit);

static struct probe probe;

int __wrap_main(int argc, char **argv, char **envp)
{
    probe.main = counter_read();
    (void)!actorPublish((VmAddr)&probe, 0);
    return __real_main(argc, argv, envp);
}

int __wrap_hrWait(KnTimeVal *limit)
{
    int result = __real_hrWait(limit);

    probe.woken[probe.wait_count++ % PROBE_WAITS] = counter_read();
    return result;
}
