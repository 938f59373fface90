/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands that start, stop and restart what is there, and make it fail.
 * Each says what it did, or why it could not be.
 */
#include <hr/hrCtrl.h>
#include <am/afexec.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

enum verb { START, STOP, RESTART };

static void did(const KnActorInfo *info, int result, const char *what)
{
    if (result < 0) {
        complain("%s (aid %d): %s", info->name, info->aid,
                 k_strerror(result));
    } else {
        printf("%s (aid %d) %s\n", info->name, info->aid, what);
    }
}

/* One that does not run, but might. */
static void act_on_idle(enum verb verb, const KnActorInfo *info)
{
    int aid;

    if (verb == STOP) {
        complain("%s (aid %d) does not run, it is %s", info->name, info->aid,
                 state_words(info->state));
        return;
    }
    if (info->state == HR_ACTOR_ENDED) {
        complain("%s (aid %d) has ended: arun starts it anew", info->name,
                 info->aid);
        return;
    }
    aid = hrStart(info->aid);
    did(info, aid, verb == START ? "started" : "restarted without waiting");
}

static void act_on_running(enum verb verb, const KnActorInfo *info)
{
    if (verb == START) {
        complain("%s (aid %d) runs already", info->name, info->aid);
    } else if (verb == STOP && info->group < 0) {
        complain("%s (aid %d) is not restartable: akill ends it", info->name,
                 info->aid);
    } else if (verb == STOP) {
        did(info, hrEnd(info->aid, HR_END_STOP), "stopped, with its group");
    } else if (info->group < 0) {
        complain("%s (aid %d) is not restartable", info->name, info->aid);
    } else {
        did(info, actorKill(info->aid), "killed, to be restarted");
    }
}

static void act(enum verb verb, const KnActorInfo *info)
{
    if (info->state == HR_ACTOR_RUNNING) {
        act_on_running(verb, info);
    } else {
        act_on_idle(verb, info);
    }
}

/* All members that do not run are started; one that runs is enough to stop
 * or restart all. */
static void act_on_group(enum verb verb, int gid)
{
    const KnActorInfo *list;
    int count = actors_get(&list);
    int acted = 0;

    for (int i = 0; i < count; i++) {
        bool runs = list[i].state == HR_ACTOR_RUNNING;
        bool idle = list[i].state == HR_ACTOR_DOWN ||
                    list[i].state == HR_ACTOR_NEW;

        if (list[i].group == gid &&
            (verb == START ? idle && !list[i].indirect
                           : runs && acted == 0)) {
            act(verb, &list[i]);
            acted++;
        }
    }
    if (acted == 0) {
        complain("group %d has no member that %s", gid,
                 verb == START ? "waits to be started" : "runs");
    }
}

static void command(enum verb verb, int argc, char **argv)
{
    const KnActorInfo *info;
    int gid;

    if (argc == 3 && strcmp(argv[1], "-g") == 0) {
        if (group_of_word(argv[2], &gid)) {
            act_on_group(verb, gid);
        }
    } else if (argc == 2 && argv[1][0] != '-') {
        info = actor_of_word(argv[1]);
        if (info) {
            act(verb, info);
        }
    } else {
        complain_usage();
    }
}

void command_start(int argc, char **argv)
{
    command(START, argc, argv);
}

void command_stop(int argc, char **argv)
{
    command(STOP, argc, argv);
}

void command_restart(int argc, char **argv)
{
    KnRebootDesc hot = {K_REBOOT_HOT};

    if (argc > 1) {
        command(RESTART, argc, argv);
        return;
    }
    fflush(stdout);
    complain("%s", k_strerror(sysReboot(&hot)));
}

void command_shutdown(int argc, char **argv)
{
    fflush(stdout);
    if (sysShutdown(argc, argv) < 0) {
        complain_usage();
    }
}

/* ---- Faults on purpose --------------------------------------------------- */

static const struct {
    const char *name;
    unsigned long entry; /* where a thread of the actor begins, and ends */
} faults[] = {
    {"null", 0x0},
    {"stack", 0x7feffff0}, /* just below the top of main's stack */
    {"wild", 0x70000000},
};

/* A thread is put into the actor, at an address where no program is. */
void command_fault(int argc, char **argv)
{
    KnDefaultStartInfo_f start = {.dsType = K_DEFAULT_START_INFO};
    const KnActorInfo *info;
    KnThreadLid thread;
    KnCap cap;

    if (argc != 3) {
        complain_usage();
        return;
    }
    info = actor_of_word(argv[1]);
    for (size_t i = 0; info && i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strcmp(argv[2], faults[i].name) == 0) {
            int result = acapOf(info->aid, &cap);

            memcpy(&start.dsEntry, &faults[i].entry, sizeof(start.dsEntry));
            if (result == K_OK) {
                result = threadCreate(&cap, &thread, K_ACTIVE, NULL, &start);
            }
            did(info, result, "is made to fault");
            return;
        }
    }
    if (info) {
        complain("unknown kind \"%s\": null, stack and wild are known",
                 argv[2]);
    }
}
