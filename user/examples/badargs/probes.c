/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The probes, in the order of kernel/syscall.def.
 */
#include "probes.h"

#include <pmm/chPmm.h>
#include <reprise.h>
#include <restart/chRestart.h>

static KnRgnDesc good_region = {
    .size = K_PAGE_SIZE,
    .options = K_ANYWHERE | K_WRITABLE,
};
static PmmName good_name = {"RAM", "badargs"};
static PmmDelKey good_key = "badargs";
static VmAddr scratch[64];

static int actor_self(void *p)
{
    return actorSelf(p);
}

static int actor_privilege(void *p)
{
    return actorPrivilege(K_MYACTOR, p, NULL);
}

static int actor_privilege_new(void *p)
{
    return actorPrivilege(K_MYACTOR, NULL, p);
}

static int actor_privilege_cap(void *p)
{
    return actorPrivilege(p, (KnActorPrivilege *)scratch, NULL);
}

static int actor_quota(void *p)
{
    return actorQuota(0, p);
}

static int actor_list(void *p)
{
    return actorList(p, sizeof(KnActorInfo));
}

static int actor_name_old(void *p)
{
    return actorName(K_MYACTOR, p, NULL);
}

static int actor_name_new(void *p)
{
    return actorName(K_MYACTOR, NULL, p);
}

static int actor_name_cap(void *p)
{
    return actorName(p, NULL, NULL);
}

static int actor_start(void *p)
{
    return actorStart(p);
}

static int akill_of(void *p)
{
    return akillOf(p);
}

static int actor_await_cap(void *p)
{
    return actorAwait(p, (int *)scratch, K_NOBLOCK);
}

static int actor_await_status(void *p)
{
    KnCap cap;

    (void)!actorSelf(&cap);
    return actorAwait(&cap, p, K_NOBLOCK);
}

static int actor_create(void *p)
{
    return actorCreate(K_MYACTOR, p, K_USERACTOR, K_STOPPED);
}

static int actor_stat(void *p)
{
    return actorStat(0, p, sizeof(KnActorStat));
}

static int rgn_init(void *p)
{
    return rgnInitFromActor(K_MYACTOR, p, K_MYACTOR, &good_region);
}

static int rgn_init_source(void *p)
{
    return rgnInitFromActor(K_MYACTOR, &good_region, K_MYACTOR, p);
}

static int rgn_init_cap(void *p)
{
    return rgnInitFromActor(K_MYACTOR, &good_region, p, &good_region);
}

static int rgn_allocate(void *p)
{
    return rgnAllocate(K_MYACTOR, p);
}

static int rgn_allocate_cap(void *p)
{
    return rgnAllocate(p, &good_region);
}

static int rgn_free(void *p)
{
    return rgnFree(K_MYACTOR, p);
}

static int rgn_free_cap(void *p)
{
    return rgnFree(p, &good_region);
}

static int rgn_stat(void *p)
{
    return rgnStat(K_MYACTOR, p, (KnRgnStat *)scratch, sizeof(KnRgnStat));
}

static int rgn_stat_out(void *p)
{
    KnRgnDesc all = {.startAddr = 0, .size = 1ul << 32};

    return rgnStat(K_MYACTOR, &all, p, sizeof(KnRgnStat));
}

static int pmm_allocate(void *p)
{
    return pmmAllocate(p, &good_name, 1, good_key, sizeof(good_key));
}

static int pmm_allocate_name(void *p)
{
    return pmmAllocate(scratch, p, 1, good_key, sizeof(good_key));
}

static int pmm_allocate_key(void *p)
{
    return pmmAllocate(scratch, &good_name, 1, p, sizeof(good_key));
}

static int pmm_free(void *p)
{
    return pmmFree(p);
}

static int pmm_seal(void *p)
{
    return pmmSeal(p);
}

static int pmm_unseal(void *p)
{
    return pmmUnseal(p);
}

static int pmm_free_all(void *p)
{
    return pmmFreeAll(p, sizeof(good_key));
}

static int pmm_read_name(void *p)
{
    return (int)pmmRead(p, 0, scratch, sizeof(scratch));
}

static int pmm_list(void *p)
{
    return pmmList(p, sizeof(PmmBlockInfo));
}

static int thread_create(void *p)
{
    return threadCreate(K_MYACTOR, (KnThreadLid *)scratch, K_ACTIVE, NULL, p);
}

static int thread_create_schedule(void *p)
{
    KnDefaultStartInfo_f start = {.dsType = K_DEFAULT_START_INFO};

    return threadCreate(K_MYACTOR, (KnThreadLid *)scratch, K_ACTIVE, p,
                        &start);
}

static int thread_delete_cap(void *p)
{
    return threadDelete(p, 12345);
}

static int thread_delay(void *p)
{
    return threadDelay(p);
}

static int thread_activate_cap(void *p)
{
    return threadActivate(p, 12345);
}

static int thread_abort_cap(void *p)
{
    return threadAbort(p, 12345);
}

static int thread_suspend_cap(void *p)
{
    return threadSuspend(p, 12345);
}

static int thread_resume_cap(void *p)
{
    return threadResume(p, 12345);
}

static int thread_scheduler_cap(void *p)
{
    return threadScheduler(p, 12345, NULL, NULL);
}

static int thread_scheduler_old(void *p)
{
    return threadScheduler(K_MYACTOR, K_MYSELF, p, NULL);
}

static int thread_scheduler_new(void *p)
{
    return threadScheduler(K_MYACTOR, K_MYSELF, NULL, p);
}

static int actor_fault(void *p)
{
    return actorFault(p, 16);
}

static int sync_wait(void *p)
{
    return syncWait(p, 0, K_NOBLOCK);
}

static int sync_wake(void *p)
{
    return syncWake(p, 1);
}

static int sys_time(void *p)
{
    return sysTime(p);
}

static int hr_start_info(void *p)
{
    return hrStartInfo(p);
}

static int sys_info(void *p)
{
    return sysInfo(p);
}

static int console_write(void *p)
{
    return consoleWrite(p, 16);
}

static int actor_peek(void *p)
{
    return (int)actorPeek(2, 0x401000, p, 16);
}

static int actor_spawn(void *p)
{
    return actorSpawn(p);
}

static int sys_reboot(void *p)
{
    return sysReboot(p);
}

static int sys_log(void *p)
{
    return sysLog(0, p, 16);
}

static int sys_file_name(void *p)
{
    return sysFile(p, 0, scratch, sizeof(scratch));
}

static int sys_file_data(void *p)
{
    return sysFile("init", 0, p, 16);
}

static int sys_retention(void *p)
{
    return sysRetention(p);
}

const struct probe probes_anybody[PROBES_ANYBODY] = {
    {"actorSelf", actor_self, false, true},
    {"actorPrivilege old", actor_privilege, true, true},
    {"actorPrivilege new", actor_privilege_new, true, false},
    {"actorPrivilege cap", actor_privilege_cap, true, false},
    {"actorList", actor_list, false, true},
    {"actorQuota", actor_quota, false, true},
    {"actorName old", actor_name_old, true, true},
    {"actorName new", actor_name_new, true, false},
    {"actorName cap", actor_name_cap, true, false},
    {"actorStart cap", actor_start, true, false},
    {"akillOf cap", akill_of, true, false},
    {"actorAwait cap", actor_await_cap, false, false},
    {"actorAwait status", actor_await_status, false, true},
    {"rgnInitFromActor", rgn_init, false, false},
    {"rgnInitFromActor source", rgn_init_source, false, false},
    {"rgnInitFromActor cap", rgn_init_cap, true, false},
    {"rgnAllocate", rgn_allocate, false, false},
    {"rgnAllocate cap", rgn_allocate_cap, true, false},
    {"rgnFree", rgn_free, false, false},
    {"rgnFree cap", rgn_free_cap, true, false},
    {"rgnStat", rgn_stat, false, false},
    {"rgnStat out", rgn_stat_out, false, true},
    {"pmmAllocate", pmm_allocate, false, true},
    {"pmmAllocate name", pmm_allocate_name, false, false},
    {"pmmAllocate key", pmm_allocate_key, false, false},
    {"pmmFree", pmm_free, false, false},
    {"pmmFreeAll", pmm_free_all, true, false},
    {"pmmSeal", pmm_seal, false, false},
    {"pmmUnseal", pmm_unseal, false, false},
    {"pmmList", pmm_list, true, true},
    {"threadCreate", thread_create, false, false},
    {"threadCreate schedule", thread_create_schedule, true, false},
    {"threadDelete cap", thread_delete_cap, true, false},
    {"threadDelay", thread_delay, true, false},
    {"threadActivate cap", thread_activate_cap, true, false},
    {"threadAbort cap", thread_abort_cap, true, false},
    {"threadSuspend cap", thread_suspend_cap, true, false},
    {"threadResume cap", thread_resume_cap, true, false},
    {"threadScheduler cap", thread_scheduler_cap, true, false},
    {"threadScheduler old", thread_scheduler_old, true, true},
    {"threadScheduler new", thread_scheduler_new, true, false},
    {"actorFault", actor_fault, false, false},
    {"syncWait", sync_wait, false, false},
    {"syncWake", sync_wake, false, false},
    {"sysTime", sys_time, false, true},
    {"hrStartInfo", hr_start_info, false, true},
    {"sysInfo", sys_info, false, true},
    {"consoleWrite", console_write, false, false},
};

const struct probe probes_trusted[PROBES_TRUSTED] = {
    {"actorCreate", actor_create, false, true},
    {"actorStat", actor_stat, false, true},
    {"actorPeek", actor_peek, false, true},
    {"actorSpawn", actor_spawn, false, false},
    {"sysReboot", sys_reboot, true, false},
    {"sysLog", sys_log, false, true},
    {"pmmRead name", pmm_read_name, false, false},
    {"sysFile name", sys_file_name, false, false},
    {"sysFile data", sys_file_data, false, true},
    {"sysRetention", sys_retention, false, true},
};
