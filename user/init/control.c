/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands that start, stop and restart what is there.  Each says what it
 * did, or why it could not be.
 */
#include <hr/hrBoard.h>
#include <hr/hrCtrl.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

enum verb { START, STOP, RESTART };

void actor_did(const KnActorInfo *info, int result, const char *what)
{
    if (result < 0) {
        complain("%s (aid %d): %s", info->name, info->aid,
                 k_strerror(result));
    } else {
        printf("%s (aid %d) %s\n", info->name, info->aid, what);
    }
}

static bool is_parked(int gid)
{
    HrHistory history;

    return hrHistory(gid, &history) == K_OK &&
           history.stage == HR_STAGE_PARKED;
}

/* One whose group is down. */
static void act_on_down(enum verb verb, const KnActorInfo *info)
{
    if (verb == START) {
        actor_did(info, hrStart(info->aid), "started");
    } else if (verb == RESTART) {
        actor_did(info, hrStart(info->aid), "restarted without waiting");
    } else if (is_parked(info->group)) {
        complain("%s (aid %d) does not run, its group is parked", info->name,
                 info->aid);
    } else {
        actor_did(info, hrEnd(info->aid, HR_END_STOP),
                  "stays down, with its group");
    }
}

static void act_on_ended(const KnActorInfo *info)
{
    complain("%s (aid %d) has ended: arun starts it anew", info->name,
             info->aid);
}

/* Its threads were stopped (actorStop()), and go on. */
static void go_on(const KnActorInfo *info)
{
    KnCap cap;
    int result = acapOf(info->aid, &cap);

    actor_did(info, result == K_OK ? actorStart(&cap) : result, "goes on");
}

static void stop_running(const KnActorInfo *info)
{
    if (info->boot) {
        complain("%s (aid %d) is kept alive by the kernel: restart and akill "
                 "give it a new life", info->name, info->aid);
    } else if (info->group < 0) {
        complain("%s (aid %d) is not restartable: akill ends it", info->name,
                 info->aid);
    } else {
        actor_did(info, hrEnd(info->aid, HR_END_STOP),
                  "stopped, with its group");
    }
}

static void act_on_running(enum verb verb, const KnActorInfo *info)
{
    if (verb == START && info->stopped) {
        go_on(info);
    } else if (verb == START) {
        complain("%s (aid %d) runs already", info->name, info->aid);
    } else if (verb == STOP) {
        stop_running(info);
    } else if (info->group < 0 && !info->boot) {
        complain("%s (aid %d) is not restartable", info->name, info->aid);
    } else {
        actor_did(info, actorKill(info->aid), "killed, to be restarted");
    }
}

static void act(enum verb verb, const KnActorInfo *info)
{
    if (info->state == HR_ACTOR_RUNNING) {
        act_on_running(verb, info);
    } else if (info->state == HR_ACTOR_ENDED) {
        act_on_ended(info);
    } else {
        act_on_down(verb, info);
    }
}

/* All members that do not run are started; one that runs is enough to restart
 * all, and one that has not ended to stop all. */
static void act_on_group(enum verb verb, int gid)
{
    const KnActorInfo *list;
    int count = actors_get(&list);
    int acted = 0;

    for (int i = 0; i < count; i++) {
        bool runs = list[i].state == HR_ACTOR_RUNNING;
        bool idle = list[i].state == HR_ACTOR_DOWN ||
                    list[i].state == HR_ACTOR_NEW;

        bool wanted = verb == START ? idle && !list[i].indirect
                      : verb == STOP ? (runs || idle) && acted == 0
                                     : runs && acted == 0;

        if (list[i].group == gid && wanted) {
            act(verb, &list[i]);
            acted++;
        }
    }
    if (acted == 0) {
        complain("group %d has no member that %s", gid,
                 verb == START  ? "waits to be started"
                 : verb == STOP ? "might run"
                                : "runs");
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
