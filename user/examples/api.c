/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The calls by which an actor learns about itself and the system.
 */
#include <reprise.h>
#include <string.h>

#include "check.h"

#define ACTORS 64

static struct {
    KnActorInfo actors[ACTORS];
    PmmBlockInfo blocks[256];
} lists;

static void who_am_i(void)
{
    KnCap self, again;
    KnActorPrivilege privilege = -1;
    HrStartInfo start;

    CHECK_RESULT(actorSelf(&self), K_OK);
    CHECK_RESULT(actorSelf(&again), K_OK);
    CHECK(memcmp(&self, &again, sizeof(self)) == 0);
    CHECK_RESULT(actorPrivilege(K_MYACTOR, &privilege, NULL), K_OK);
    CHECK(privilege == K_USERACTOR);
    privilege = -1;
    CHECK_RESULT(actorPrivilege(&self, &privilege, NULL), K_OK);
    CHECK(privilege == K_USERACTOR);
    CHECK_RESULT(hrStartInfo(&start), K_OK);
    CHECK(start.kind == HR_START_FRESH);
    CHECK(start.restarts == 0);
    CHECK(start.group == -1);
}

/* A user actor may look at itself but not make itself more. */
static void no_promotion(void)
{
    KnActorPrivilege wanted = K_SYSTEMACTOR;
    KnActorPrivilege now;

    CHECK_RESULT(actorPrivilege(K_MYACTOR, NULL, &wanted), K_EPRIV);
    CHECK_RESULT(actorPrivilege(K_MYACTOR, &now, NULL), K_OK);
    CHECK(now == K_USERACTOR);
}

/* Nor may it look at RAM that is nobody's. */
static void no_look_at_ram(void)
{
    KnRetention look = {.action = K_RETENTION_LOOK};

    CHECK_RESULT(sysRetention(&look), K_EPRIV);
}

static const KnActorInfo *find(const char *name, int count)
{
    for (int i = 0; i < count && i < ACTORS; i++) {
        if (strcmp(lists.actors[i].name, name) == 0) {
            return &lists.actors[i];
        }
    }
    return NULL;
}

static void who_is_there(void)
{
    int count = actorList(lists.actors, sizeof(lists.actors));
    const KnActorInfo *self = find("api", count);

    CHECK(count >= 3);
    CHECK(find("supervisor", count) != NULL);
    CHECK(find("init", count) != NULL);
    CHECK(self != NULL);
    CHECK(self->state == HR_ACTOR_RUNNING);
    CHECK(self->threads == 1);
    CHECK(self->memory >= K_PAGE_SIZE);
    /* A short array is filled as far as it goes; the count stays true. */
    CHECK_RESULT(actorList(lists.actors, sizeof(lists.actors[0])), count);
    CHECK_RESULT(actorList(lists.actors, 0), count);
}

static void what_time(void)
{
    KnTimeVal before, after;
    KnTimeVal delay = {0, 2000000};

    CHECK_RESULT(sysTime(&before), K_OK);
    CHECK_RESULT(threadDelay(&delay), K_OK);
    CHECK_RESULT(sysTime(&after), K_OK);
    CHECK(after.tmNSec >= 0 && after.tmNSec < 1000000000);
    CHECK(after.tmSec > before.tmSec ||
          (after.tmSec == before.tmSec && after.tmNSec > before.tmNSec));
}

static void what_system(void)
{
    KnSysInfo info;
    int blocks = pmmList(lists.blocks, sizeof(lists.blocks));

    CHECK_RESULT(sysInfo(&info), K_OK);
    CHECK(info.memTotal > info.memFree && info.memFree > 0);
    CHECK(strlen(info.version) > 0 && strlen(info.arch) > 0);
    CHECK(blocks >= 0);
    CHECK(info.bankTotal == 0 || info.bankBlocks == (unsigned)blocks);
    CHECK(info.bankFree <= info.bankTotal);
    CHECK(info.bankTotal == 0 || info.bankSize > info.bankTotal);
}

int main(void)
{
    who_am_i();
    no_promotion();
    no_look_at_ram();
    who_is_there();
    what_time();
    what_system();
    check_report("api");
    return 0;
}
