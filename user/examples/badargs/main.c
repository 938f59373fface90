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

#include "../check.h"
#include "probes.h"

#define ACTORS 64

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
            void *text = (void *)(unsigned long)&expect;

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
    CHECK_RESULT(actorName(&forged, NULL, "forged"), K_EUNKNOWN);
    CHECK_RESULT(actorStart(&forged), K_EUNKNOWN);
    CHECK_RESULT(actorStop(&forged), K_EUNKNOWN);
    CHECK_RESULT(akillOf(&forged), K_EUNKNOWN);
    CHECK_RESULT(actorAwait(&forged, (int *)scratch, K_NOBLOCK), K_EUNKNOWN);
    CHECK_RESULT(rgnInitFromActor(&forged, &region, K_MYACTOR, &region),
                 K_EUNKNOWN);
    CHECK_RESULT(rgnInitFromActor(K_MYACTOR, &region, &forged, &region),
                 K_EUNKNOWN);
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
    CHECK(threadAbort(K_MYACTOR, 12345) < 0);
    CHECK(threadSuspend(K_MYACTOR, 12345) < 0);
    CHECK(threadResume(K_MYACTOR, 12345) < 0);
    CHECK(threadScheduler(K_MYACTOR, 12345, NULL, NULL) < 0);
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
    CHECK_RESULT(actorQuota(123456, (KnActorQuota *)scratch), K_EUNKNOWN);
    CHECK_RESULT(actorQuota(-1, (KnActorQuota *)scratch), K_EUNKNOWN);
}

/* What only trusted actors may ask for, asked for correctly. */
static void privileges(void)
{
    KnActorSpawn spawn = {.path = "hello"};
    KnRebootDesc off = {K_REBOOT_OFF};
    KnRetention fill = {.action = K_RETENTION_FILL};
    KnActorInfo member;
    KnCrash crash;

    CHECK_RESULT(actorSpawn(&spawn), K_EPRIV);
    CHECK_RESULT(actorCreate(K_MYACTOR, (KnCap *)scratch, K_USERACTOR,
                             K_STOPPED),
                 K_EPRIV);
    CHECK_RESULT(actorStat(0, (KnActorStat *)scratch, sizeof(scratch)),
                 K_EPRIV);
    CHECK_RESULT(actorKill(1), K_EPRIV);
    CHECK(hrKillGroup(0) < 0);
    CHECK_RESULT((int)pmmRead(&good_name, 0, scratch, 1), K_EPRIV);
    CHECK_RESULT(hrWait(K_NOBLOCK), K_EPRIV);
    CHECK_RESULT(hrMembers(0, &member, sizeof(member)), K_EPRIV);
    CHECK_RESULT(hrCrashes(0, &crash, sizeof(crash)), K_EPRIV);
    CHECK_RESULT(hrStart(1), K_EPRIV);
    CHECK_RESULT(hrDiscard(1), K_EPRIV);
    CHECK_RESULT(hrSpawnInfo(1, &spawn), K_EPRIV);
    CHECK_RESULT(hrGroupFree(0), K_EPRIV);
    CHECK_RESULT(sysReboot(&off), K_EPRIV);
    CHECK_RESULT(sysLog(0, (char *)scratch, 16), K_EPRIV);
    CHECK_RESULT(sysFile("init", 0, scratch, 16), K_EPRIV);
    CHECK_RESULT(sysRetention(&fill), K_EPRIV);
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

/* The supervisor's calls are not for every trusted actor. */
static void supervisor_only(void)
{
    KnActorInfo member;

    CHECK_RESULT(hrWait(K_NOBLOCK), K_EPRIV);
    CHECK_RESULT(hrMembers(-1, &member, sizeof(member)), K_EINVAL);
    CHECK_RESULT(hrMembers(HR_GROUPS_MAX, &member, sizeof(member)), K_EINVAL);
    CHECK_RESULT(hrStart(123456), K_EPRIV);
    CHECK_RESULT(hrDiscard(123456), K_EPRIV);
    CHECK_RESULT(hrGroupFree(0), K_EPRIV);
}

/* No action, and a look from where no RAM is. */
static void retentions(void)
{
    KnRetention look = {.action = 1};

    CHECK_RESULT(sysRetention(&look), K_EINVAL);
    look.action = -1;
    CHECK_RESULT(sysRetention(&look), K_EINVAL);
    look.action = K_RETENTION_LOOK;
    look.startAddr = ~0ul;
    CHECK_RESULT(sysRetention(&look), 0);
    look.startAddr = ~0ul << 47;
    CHECK_RESULT(sysRetention(&look), 0);
}

static void trusted_numbers(void)
{
    KnRebootDesc mode = {K_REBOOT_NEW};

    spawns();
    retentions();
    supervisor_only();
    CHECK_RESULT(actorKill(123456), K_EUNKNOWN);
    CHECK(hrKillGroup(1000) < 0 && hrKillGroup(-1) < 0);
    CHECK_RESULT((int)pmmRead(&good_name, 0, scratch, 1), K_EUNKNOWN);
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
    probe_pointers(probes_anybody, COUNT(probes_anybody), K_EFAULT);
    probe_pointers(probes_trusted, COUNT(probes_trusted),
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
