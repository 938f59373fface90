/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Arguments that no correct program passes, for every call of
 * kernel/syscall.def: each must be refused with an error, and nothing may
 * have changed afterwards.
 *
 *      arun badargs        as a user actor
 *      arun -t badargs     as a trusted one
 */
#include <hr/hrCtrl.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <restart/chRestart.h>

#include "check.h"

#define ACTORS 64

/* A call with everything right but one pointer. */
struct probe {
    const char *name;
    int (*call)(void *pointer);
    bool null_allowed;
    bool writes;
};

static struct {
    KnActorInfo list[ACTORS];
    bool trusted;
} self;

static KnRgnDesc good_region = {
    .size = K_PAGE_SIZE,
    .options = K_ANYWHERE | K_WRITABLE,
};
static PmmName good_name = {"RAM", "badargs"};
static PmmDelKey good_key = "badargs";
static VmAddr scratch[64];

/* The probes, in the order of the list of calls. */

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

static int actor_list(void *p)
{
    return actorList(p, sizeof(KnActorInfo));
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

static int pmm_free_all(void *p)
{
    return pmmFreeAll(p, sizeof(good_key));
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

static const struct probe anybody[] = {
    {"actorSelf", actor_self, false, true},
    {"actorPrivilege old", actor_privilege, true, true},
    {"actorPrivilege new", actor_privilege_new, true, false},
    {"actorPrivilege cap", actor_privilege_cap, true, false},
    {"actorList", actor_list, false, true},
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
    {"pmmList", pmm_list, true, true},
    {"threadCreate", thread_create, false, false},
    {"threadCreate schedule", thread_create_schedule, true, false},
    {"threadDelete cap", thread_delete_cap, true, false},
    {"threadDelay", thread_delay, true, false},
    {"threadActivate cap", thread_activate_cap, true, false},
    {"sysTime", sys_time, false, true},
    {"hrStartInfo", hr_start_info, false, true},
    {"sysInfo", sys_info, false, true},
    {"consoleWrite", console_write, false, false},
};

static const struct probe trusted_only[] = {
    {"actorSpawn", actor_spawn, false, false},
    {"sysReboot", sys_reboot, true, false},
    {"sysLog", sys_log, false, true},
    {"sysFile name", sys_file_name, false, false},
    {"sysFile data", sys_file_data, false, true},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void expect(const char *name, const void *pointer, int result,
                   int wanted)
{
    if (result != wanted) {
        printf("badargs: %s with %p: %d, not %d\n", name, pointer, result,
               wanted);
    }
    CHECK(result == wanted);
}

/* An address range that the actor owns but must not touch. */
static void *reserved_page(void)
{
    KnRgnDesc region = {
        .size = K_PAGE_SIZE,
        .options = K_ANYWHERE | K_RESERVED,
    };

    CHECK_RESULT(rgnAllocate(K_MYACTOR, &region), K_OK);
    return (void *)region.startAddr;
}

static void probe_pointers(const struct probe *probes, size_t count,
                           int wanted)
{
    void *bad[] = {
        (void *)16,             /* nothing there */
        reserved_page(),        /* no access */
        (void *)(~0ul << 47),   /* the kernel's half */
        (void *)0x900000000000, /* no address at all */
        (void *)-16L,           /* wraps */
    };

    for (size_t i = 0; i < count; i++) {
        const struct probe *probe = &probes[i];

        for (size_t j = 0; j < COUNT(bad); j++) {
            expect(probe->name, bad[j], probe->call(bad[j]), wanted);
        }
        if (!probe->null_allowed) {
            expect(probe->name, NULL, probe->call(NULL), wanted);
        }
        if (probe->writes) {
            void *text = (void *)(unsigned long)&actor_self;

            expect(probe->name, text, probe->call(text), wanted);
        }
    }
}

/* The last eight bytes before nothing. */
static void *edge(void)
{
    KnRgnDesc region = {
        .size = 2 * K_PAGE_SIZE,
        .options = K_ANYWHERE | K_WRITABLE,
    };
    VmAddr end;

    CHECK_RESULT(rgnAllocate(K_MYACTOR, &region), K_OK);
    end = region.startAddr + K_PAGE_SIZE;
    region.options = 0;
    region.startAddr = end;
    region.size = K_PAGE_SIZE;
    CHECK_RESULT(rgnFree(K_MYACTOR, &region), K_OK);
    return (void *)(end - 8);
}

/* Memory that begins well and does not last, or whose size wraps. */
static void sizes(void)
{
    PmmDelKey key = "k";
    void *last = edge();
    KnRgnDesc page = {
        .startAddr = (VmAddr)last + 8 - K_PAGE_SIZE,
        .size = K_PAGE_SIZE,
    };

    CHECK_RESULT(actorSelf(last), K_EFAULT);
    CHECK_RESULT(sysTime(last), K_EFAULT);
    CHECK_RESULT(actorList(last, sizeof(KnActorInfo)), K_EFAULT);
    CHECK_RESULT(consoleWrite(last, 9), K_EFAULT);
    CHECK_RESULT(consoleWrite(last, ~0ul), K_EFAULT);
    CHECK_RESULT(pmmFreeAll(last, sizeof(key)), K_EFAULT);
    CHECK_RESULT(rgnFree(K_MYACTOR, &page), K_OK);
    CHECK(pmmAllocate(scratch, &good_name, ~0ul, key, 2) < 0);
    CHECK(pmmAllocate(scratch, &good_name, 1, key, sizeof(key) + 1) < 0);
    CHECK(pmmAllocate(scratch, &good_name, 1, key, ~0ul) < 0);
    CHECK(pmmFreeAll(key, sizeof(key) + 1) < 0);
    CHECK_RESULT(pmmFreeAll(key, 0), K_EINVAL);
    CHECK_RESULT(pmmFreeAll(NULL, 1), K_EINVAL);
}

/* Names without their NUL, and on another medium. */
static void names(void)
{
    PmmName endless = {"RAM", ""};
    PmmName medium = {"", "badargs"};

    memset(endless.name, 'x', sizeof(endless.name));
    memset(medium.medium, 'R', sizeof(medium.medium));
    CHECK_RESULT(pmmAllocate(scratch, &endless, 1, good_key, 2), K_EINVAL);
    CHECK_RESULT(pmmAllocate(scratch, &medium, 1, good_key, 2), K_EINVAL);
    CHECK_RESULT(pmmFree(&endless), K_EINVAL);
    CHECK_RESULT(pmmFree(&medium), K_EINVAL);
}

/* Capabilities that were guessed, and that of no actor at all. */
static void capabilities(void)
{
    KnCap forged = {{1, 1}, {1, 1}};
    KnRgnDesc region = good_region;

    CHECK(actorPrivilege(&forged, (KnActorPrivilege *)scratch, NULL) < 0);
    CHECK(rgnAllocate(&forged, &region) < 0);
    CHECK(rgnFree(&forged, &region) < 0);
    CHECK(rgnStat(&forged, &region, (KnRgnStat *)scratch, 64) < 0);
    CHECK(threadDelete(&forged, K_MYSELF) < 0);
    CHECK(threadActivate(&forged, 1) < 0);
    CHECK_RESULT(actorSelf(&forged), K_OK);
    forged.key.keyTail++;
    CHECK(rgnAllocate(&forged, &region) < 0);
    forged.key.keyTail--;
    forged.ui.uiTail++;
    CHECK(rgnAllocate(&forged, &region) < 0);
}

static void numbers(void)
{
    KnTimeVal bad_times[] = {{0, -1}, {0, 1000000000}, {-1, 0}};
    KnDefaultStartInfo_f start = {.dsType = 77};
    KnFifoThParms schedule = {K_SCHED_FIFO, 256};
    KnRgnDesc region = {.size = K_PAGE_SIZE, .options = 0x80000000u};

    for (size_t i = 0; i < COUNT(bad_times); i++) {
        CHECK_RESULT(threadDelay(&bad_times[i]), K_EINVAL);
    }
    CHECK(threadDelete(K_MYACTOR, 12345) < 0);
    CHECK(threadActivate(K_MYACTOR, 12345) < 0);
    CHECK_RESULT(threadCreate(K_MYACTOR, (KnThreadLid *)scratch, K_ACTIVE,
                              NULL, &start),
                 K_EINVAL);
    start.dsType = K_DEFAULT_START_INFO;
    CHECK_RESULT(threadCreate(K_MYACTOR, (KnThreadLid *)scratch, K_ACTIVE,
                              &schedule, &start),
                 K_EINVAL);
    CHECK_RESULT(threadCreate(K_MYACTOR, (KnThreadLid *)scratch, 99, NULL,
                              &start),
                 K_EINVAL);
    CHECK(rgnAllocate(K_MYACTOR, &region) < 0);
}

/* What only trusted actors may ask for, asked for correctly. */
static void privileges(void)
{
    KnActorSpawn spawn = {.path = "hello"};
    KnRebootDesc off = {K_REBOOT_OFF};

    CHECK_RESULT(actorSpawn(&spawn), K_EPRIV);
    CHECK_RESULT(actorKill(1), K_EPRIV);
    CHECK(hrKillGroup(0) < 0);
    CHECK_RESULT(hrWait(K_NOBLOCK), K_EPRIV);
    CHECK_RESULT(hrStart(1), K_EPRIV);
    CHECK_RESULT(hrDiscard(1), K_EPRIV);
    CHECK_RESULT(hrSpawnInfo(1, &spawn), K_EPRIV);
    CHECK_RESULT(hrGroupFree(0), K_EPRIV);
    CHECK_RESULT(sysReboot(&off), K_EPRIV);
    CHECK_RESULT(sysLog(0, (char *)scratch, 16), K_EPRIV);
    CHECK_RESULT(sysFile("init", 0, scratch, 16), K_EPRIV);
}

/* A request that is right but for the file, and then not even that. */
static void spawns(void)
{
    const KnActorSpawn good = {
        .path = "no such file",
        .argc = 1,
        .argsSize = 2,
        .args = "x",
    };
    KnActorSpawn spawn = good;

    CHECK_RESULT(actorSpawn(&spawn), K_EUNKNOWN);
    memset(spawn.path, 'x', sizeof(spawn.path));
    CHECK(actorSpawn(&spawn) < 0);
    spawn = good;
    spawn.argsSize = K_ARGSMAX + 1;
    CHECK_RESULT(actorSpawn(&spawn), K_EINVAL);
    spawn.argsSize = 1; /* without the NUL */
    CHECK_RESULT(actorSpawn(&spawn), K_EINVAL);
    spawn = good;
    spawn.argc = 2; /* but one string */
    CHECK_RESULT(actorSpawn(&spawn), K_EINVAL);
    spawn = good;
    spawn.flags = K_SPAWN_RESTARTABLE;
    spawn.group = 1000;
    CHECK_RESULT(actorSpawn(&spawn), K_EINVAL);
    spawn.group = -1;
    CHECK_RESULT(actorSpawn(&spawn), K_EINVAL);
}

static void trusted_numbers(void)
{
    KnRebootDesc mode = {K_REBOOT_NEW};

    spawns();
    CHECK_RESULT(actorKill(123456), K_EUNKNOWN);
    CHECK(hrKillGroup(1000) < 0 && hrKillGroup(-1) < 0);
    CHECK(hrStart(123456) < 0);
    CHECK(hrDiscard(123456) < 0);
    CHECK(hrGroupFree(1000) < 0);
    CHECK_RESULT(sysReboot(&mode), K_EINVAL);
    mode.mode = 1000;
    CHECK_RESULT(sysReboot(&mode), K_EINVAL);
    CHECK_RESULT(sysFile("no such file", 0, scratch, 16), K_EUNKNOWN);
}

/* The caller's own entry in the list of actors. */
static KnActorInfo census(void)
{
    int count = actorList(self.list, sizeof(self.list));
    KnActorInfo none = {0};

    CHECK(count > 0);
    for (int i = 0; i < count && i < ACTORS; i++) {
        if (strcmp(self.list[i].name, "badargs") == 0) {
            return self.list[i];
        }
    }
    CHECK(!"this actor is in the list");
    return none;
}

static void probe_all(void)
{
    probe_pointers(anybody, COUNT(anybody), K_EFAULT);
    probe_pointers(trusted_only, COUNT(trusted_only),
                   self.trusted ? K_EFAULT : K_EPRIV);
    sizes();
    names();
    capabilities();
    numbers();
    if (self.trusted) {
        trusted_numbers();
    } else {
        privileges();
    }
}

int main(void)
{
    KnActorPrivilege privilege = K_USERACTOR;
    KnActorInfo before, after;
    int blocks;

    CHECK_RESULT(actorPrivilege(K_MYACTOR, &privilege, NULL), K_OK);
    self.trusted = privilege != K_USERACTOR;
    printf("badargs: as a %s actor\n", self.trusted ? "trusted" : "user");
    blocks = pmmList(NULL, 0);
    before = census();
    probe_all();
    after = census();
    CHECK(after.threads == before.threads);
    CHECK(after.blocks == before.blocks);
    CHECK(after.memory == before.memory);
    CHECK_RESULT(pmmList(NULL, 0), blocks);
    check_report("badargs");
    return 0;
}
