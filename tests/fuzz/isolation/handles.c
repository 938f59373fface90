/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every handle with every call that takes one.  What must come of it is said
 * here, by the public interface, and shares nothing with the kernel:
 *
 *      capability of          a call by a user actor
 *      another that lives     K_EPRIV, whoever it is
 *      one that is gone       K_EUNKNOWN
 *      nobody: a guess        K_EUNKNOWN
 *
 *      number of              a call by a user actor
 *      another's thread       K_EUNKNOWN: of its own it has one
 *      an actor               actorQuota() tells of all that are listed; all
 *                             else is for trusted ones: K_EPRIV
 *      a block of the system  K_EPRIV
 *      a block that is held   K_EBUSY for who wants it, too
 */
#include <errno.h>
#include <hr/hr.h>
#include <hr/hrCtrl.h>
#include <pmm/chPmm.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/isolation/isolation.h"

#define HANDLES "isolation-handles"
#define HANDLES_MAX 64
#define GONE 16     /* lives that end before they are given */
#define SLOTS 80    /* the kernel has 64 */
#define ACTORS 80
#define AIDS 100000 /* numbers of actors and of threads that are tried */

enum owner { NOBODY, ANOTHER, GONE_BY };

struct handles {
    unsigned count;
    struct {
        KnCap cap;
        enum owner owner;
    } list[HANDLES_MAX];
};

/* ---- The giver ----------------------------------------------------------- */

static struct handles *handles_open(void)
{
    PmmName name = {"RAM", HANDLES};
    VmAddr address;
    int error = pmmAllocate(&address, &name, sizeof(struct handles), NULL, 0);

    if (error != K_OK)
        failed("pmmAllocate", (unsigned long)-error);
    return (struct handles *)address;
}

static void give(struct handles *all, const KnCap *cap, enum owner owner)
{
    if (all->count == HANDLES_MAX)
        failed("too many handles", all->count);
    all->list[all->count].cap = *cap;
    all->list[all->count++].owner = owner;
}

/* The giver itself is gone when they are tried. */
void handles_give(void)
{
    struct handles *all = handles_open();
    KnActorStat living[ACTORS];
    int count = actorStat(0, living, sizeof(living));
    KnCap own, cap;

    if (count < 3 || count > ACTORS || actorSelf(&own) != K_OK)
        failed("actorStat", (unsigned long)count);
    all->count = 0;
    for (int i = 0; i < count; i++) {
        bool mine = memcmp(&living[i].asCap, &own, sizeof(own)) == 0;

        give(all, &living[i].asCap, mine ? GONE_BY : ANOTHER);
    }
    for (int i = 0; i < GONE; i++) {
        if (actorCreate(K_MYACTOR, &cap, i % 3, K_ACTIVE) != K_OK ||
            actorDelete(&cap) != K_OK)
            failed("actorCreate", (unsigned long)i);
        give(all, &cap, GONE_BY);
    }
    printf("isolation: %u handles given, %d of them alive\n", all->count,
           count - 1);
}

/* ---- Calls with a capability --------------------------------------------- */

static struct {
    KnRgnDesc region, source;
    KnRgnStat stat;
    KnThreadLid lid;
    KnFifoThParms parms;
    KnDefaultStartInfo_f start;
    KnActorPrivilege privilege;
    KnTimeVal now;
    int status;
    char name[64];
} arg;

/* All else is such that the call would do it, were the actor its own. */
static void arguments_set(void)
{
    memset(&arg, 0, sizeof(arg));
    arg.region = (KnRgnDesc){.size = PAGE, .options = K_ANYWHERE};
    arg.source = (KnRgnDesc){.startAddr = (VmAddr)&arg & -PAGE, .size = PAGE};
    arg.parms = (KnFifoThParms){K_SCHED_FIFO, 200};
    arg.start = (KnDefaultStartInfo_f){K_DEFAULT_START_INFO, 0,
                                       (KnPc)0x400000, &arg, K_USERTHREAD};
    strcpy(arg.name, "taken");
}

#define CAP_CALLS 20

static int cap_call(unsigned which, KnCap *cap)
{
    switch (which) {
    case 0:
        return actorPrivilege(cap, &arg.privilege, NULL);
    case 1:
        return actorDelete(cap);
    case 2:
        return actorName(cap, arg.name, NULL);
    case 3:
        return actorName(cap, NULL, arg.name);
    case 4:
        return actorStart(cap);
    case 5:
        return actorStop(cap);
    case 6:
        return akillOf(cap);
    case 7:
        return actorAwait(cap, &arg.status, K_NOBLOCK);
    case 8:
        return rgnAllocate(cap, &arg.region);
    case 9:
        return rgnFree(cap, &arg.source);
    case 10:
        return rgnStat(cap, &arg.source, &arg.stat, sizeof(arg.stat));
    case 11:
        return rgnInitFromActor(K_MYACTOR, &arg.region, cap, &arg.source);
    case 12:
        return rgnInitFromActor(cap, &arg.region, K_MYACTOR, &arg.source);
    case 13:
        return threadCreate(cap, &arg.lid, K_ACTIVE, &arg.parms, &arg.start);
    case 14:
        return threadDelete(cap, 1);
    case 15:
        return threadActivate(cap, 1);
    case 16:
        return threadAbort(cap, 1);
    case 17:
        return threadSuspend(cap, 1);
    case 18:
        return threadResume(cap, 1);
    default:
        return threadScheduler(cap, 1, NULL, &arg.parms);
    }
}

static unsigned long cap_try(KnCap *cap, enum owner owner)
{
    int wanted = owner == ANOTHER ? K_EPRIV : K_EUNKNOWN;

    for (unsigned which = 0; which < CAP_CALLS; which++) {
        int result = cap_call(which, cap);

        if (result != wanted) {
            printf("isolation: call %u: %d, not %d: %s\n", which, result,
                   wanted, k_strerror(result));
            failed("a capability", cap->ui.uiHead);
        }
    }
    return CAP_CALLS;
}

static enum owner owner_of(const struct handles *all, const KnCap *cap)
{
    for (unsigned i = 0; i < all->count; i++) {
        if (memcmp(&all->list[i].cap, cap, sizeof(*cap)) == 0)
            return all->list[i].owner;
    }
    return NOBODY;
}

/* Those that exist or existed, and each with one bit other than it was. */
static unsigned long given_try(struct handles *all, const KnCap *own)
{
    unsigned long count = 0;

    for (unsigned i = 0; i < all->count; i++) {
        KnCap cap = all->list[i].cap;

        if (memcmp(&cap, own, sizeof(cap)) == 0)
            continue;
        count += cap_try(&cap, all->list[i].owner);
        for (unsigned bit = 0; bit < 8 * sizeof(cap); bit++) {
            cap = all->list[i].cap;
            ((unsigned char *)&cap)[bit / 8] ^= (unsigned char)(1u << bit % 8);
            count += cap_try(&cap, owner_of(all, &cap));
        }
    }
    return count;
}

/* Every slot and its early lives, with keys of all kinds: none, all ones, the
 * own one and each that was given. */
static unsigned long guessed_try(struct handles *all, const KnCap *own,
                                 unsigned lives)
{
    unsigned long count = 0;

    for (unsigned n = 0; n < SLOTS * lives; n++) {
        for (unsigned key = 0; key < 3 + all->count; key++) {
            const KnKey keys[] = {{0, 0}, {~0u, ~0u}, own->key};
            KnCap cap = {{n % SLOTS, n / SLOTS},
                         key < 3 ? keys[key] : all->list[key - 3].cap.key};

            if (memcmp(&cap, own, sizeof(cap)) != 0)
                count += cap_try(&cap, owner_of(all, &cap));
        }
    }
    return count;
}

/* ---- Calls with a number ------------------------------------------------- */

static void result_is(const char *what, long value, int result, int wanted)
{
    if (result == wanted)
        return;
    printf("isolation: %s: %d, not %d\n", what, result, wanted);
    failed(what, (unsigned long)value);
}

static void lid_try(KnThreadLid lid)
{
    result_is("threadDelete", lid, threadDelete(K_MYACTOR, lid), K_EUNKNOWN);
    result_is("threadActivate", lid, threadActivate(K_MYACTOR, lid),
              K_EUNKNOWN);
    result_is("threadAbort", lid, threadAbort(K_MYACTOR, lid), K_EUNKNOWN);
    result_is("threadSuspend", lid, threadSuspend(K_MYACTOR, lid), K_EUNKNOWN);
    result_is("threadResume", lid, threadResume(K_MYACTOR, lid), K_EUNKNOWN);
    result_is("threadScheduler", lid,
              threadScheduler(K_MYACTOR, lid, NULL, &arg.parms), K_EUNKNOWN);
}

static bool listed(const KnActorInfo *actors, int count, int aid)
{
    for (int i = 0; i < count; i++) {
        if (actors[i].aid == aid)
            return true;
    }
    return aid == 0; /* the caller */
}

static void aid_try(const KnActorInfo *actors, int count, int aid)
{
    KnActorSpawn spawn;
    KnActorQuota quota;
    KnCap cap;

    result_is("actorQuota", aid, actorQuota(aid, &quota),
              listed(actors, count, aid) ? K_OK : K_EUNKNOWN);
    result_is("actorKill", aid, actorKill(aid), K_EPRIV);
    result_is("acapOf", aid, acapOf(aid, &cap), K_EPRIV);
    result_is("actorPeek", aid,
              (int)actorPeek(aid, (VmAddr)&arg, &cap, sizeof(cap)), K_EPRIV);
    result_is("actorInject", aid, (int)actorInject(aid, 0, &cap, 1), K_EPRIV);
    errno = 0;
    result_is("hrKillGroup", aid, hrKillGroup(aid), -1);
    result_is("hrKillGroup", aid, errno, EPERM);
    result_is("hrSpawnInfo", aid, hrSpawnInfo(aid, &spawn), K_EPRIV);
    result_is("hrStart", aid, hrStart(aid), K_EPRIV);
    result_is("hrDiscard", aid, hrDiscard(aid), K_EPRIV);
    result_is("hrEnd", aid, hrEnd(aid, HR_END_STOP), K_EPRIV);
    result_is("hrGroupFree", aid, hrGroupFree(aid), K_EPRIV);
    result_is("hrGroupAside", aid, hrGroupAside(aid), K_EPRIV);
    result_is("hrCredit", aid, hrCredit(aid, 1, 0), K_EPRIV);
}

/* All small ones, on both sides of nothing, and the edges. */
static unsigned long numbers_try(void)
{
    static KnActorInfo actors[ACTORS];
    int count = actorList(actors, sizeof(actors));
    int own = threadSelf();
    unsigned long tried = 0;

    for (int n = -AIDS; n < AIDS; n++, tried += 19) {
        if (n != own && n != K_MYSELF)
            lid_try(n);
        aid_try(actors, count, n);
    }
    for (unsigned bit = 0; bit < 32; bit++, tried += 38) {
        int n = (int)(1u << bit);

        if (n != own)
            lid_try(n);
        lid_try(~n);
        aid_try(actors, count, n);
        aid_try(actors, count, ~n);
    }
    return tried;
}

/* ---- Calls with a name --------------------------------------------------- */

static unsigned long names_try(void)
{
    static PmmBlockInfo blocks[64];
    int count = pmmList(blocks, sizeof(blocks));
    unsigned long system = 0;
    VmAddr address;

    for (int i = 0; i < count; i++) {
        PmmName name = {.medium = "RAM"};

        memcpy(name.name, blocks[i].name, sizeof(name.name));
        if (strncmp(name.name, PMM_SYSTEM_PREFIX,
                    strlen(PMM_SYSTEM_PREFIX)) == 0) {
            result_is("pmmAllocate", i,
                      pmmAllocate(&address, &name, PAGE, NULL, 0), K_EPRIV);
            result_is("pmmFree", i, pmmFree(&name), K_EPRIV);
            result_is("pmmSeal", i, pmmSeal(&name), K_EPRIV);
            result_is("pmmUnseal", i, pmmUnseal(&name), K_EPRIV);
            if (blocks[i].delKeySize > 0)
                result_is("pmmFreeAll", i,
                          pmmFreeAll(blocks[i].delKey, blocks[i].delKeySize),
                          K_EPRIV);
            system++;
        } else if (strcmp(name.name, HANDLES) != 0 && blocks[i].inUse > 0) {
            result_is("pmmAllocate", i,
                      pmmAllocate(&address, &name, PAGE, NULL, 0), K_EBUSY);
            result_is("pmmUnseal", i, pmmUnseal(&name), K_EBUSY);
            result_is("pmmSeal", i, pmmSeal(&name), K_EPRIV);
        }
    }
    if (system == 0)
        failed("no block of the system", (unsigned long)count);
    return (unsigned long)count;
}

/* What is there when the tries are over is what was there before. */
void handles(unsigned lives)
{
    struct handles *all = handles_open();
    unsigned long caps, numbers, names;
    KnSysInfo before, after;
    KnCap own;

    arguments_set();
    if (all->count == 0 || actorSelf(&own) != K_OK ||
        sysInfo(&before) != K_OK)
        failed("nothing was given", all->count);
    caps = given_try(all, &own) + guessed_try(all, &own, lives);
    numbers = numbers_try();
    names = names_try();
    if (sysInfo(&after) != K_OK || after.actors != before.actors ||
        after.threads != before.threads || after.regions != before.regions ||
        after.bankBlocks != before.bankBlocks)
        failed("something has changed", after.actors);
    printf("isolation: %lu calls with capabilities, %lu with numbers, %lu "
           "blocks: as they should be\n", caps, numbers, names);
}
