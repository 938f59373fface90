/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands that start, list and kill actors.
 */
#include <errno.h>
#include <hr/hr.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

/* The highest restart group. */
#define GROUP_MAX (HR_GROUPS_MAX - 1)

#define ROOM_FIRST 16

/* The kernel's list, with as much room as it has ever taken. */
static struct {
    KnActorInfo *list;
    int room;
} actors;

static bool room_make(int wanted)
{
    free(actors.list);
    actors.list = malloc((size_t)wanted * sizeof(*actors.list));
    actors.room = actors.list ? wanted : 0;
    return actors.room > 0;
}

int actors_get(const KnActorInfo **list)
{
    int total = ROOM_FIRST;

    do {
        if (total > actors.room && !room_make(2 * total)) {
            complain("no memory for a list of %d actors", total);
            return 0;
        }
        total = actorList(actors.list,
                          (size_t)actors.room * sizeof(*actors.list));
    } while (total > actors.room);
    *list = actors.list;
    if (total < 0) {
        complain("no list of actors: %s", k_strerror(total));
        return 0;
    }
    return total;
}

/* Packs the words into the request as argv. */
static bool request_args(KnActorSpawn *request, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        size_t size = strlen(argv[i]) + 1;

        if (size > sizeof(request->args) - request->argsSize) {
            complain("the arguments take more than %d bytes", K_ARGSMAX);
            return false;
        }
        memcpy(request->args + request->argsSize, argv[i], size);
        request->argsSize += (unsigned)size;
        request->argc++;
    }
    return true;
}

/* Reads the group after -g, if a number is there and a file follows it. */
static bool group_option(KnActorSpawn *request, int argc, char **argv, int *at)
{
    long gid = 0;

    if (*at + 1 < argc && parse_number(argv[*at], GROUP_MAX, &gid)) {
        (*at)++;
    } else if (*at + 1 < argc && argv[*at][0] >= '0' && argv[*at][0] <= '9') {
        complain("no group \"%s\": groups are 0 .. %d", argv[*at], GROUP_MAX);
        return false;
    }
    request->flags |= K_SPAWN_RESTARTABLE;
    request->group = (int)gid;
    return true;
}

/* Reads the options; *at becomes the index of the file's name. */
static bool request_options(KnActorSpawn *request, int argc, char **argv,
                            int *at)
{
    for (*at = 1; *at < argc && argv[*at][0] == '-';) {
        const char *option = argv[(*at)++];

        if (strcmp(option, "-t") == 0) {
            request->flags |= K_SPAWN_TRUSTED;
        } else if (strcmp(option, "-g") != 0) {
            complain("unknown option \"%s\": -g [gid] and -t are known",
                     option);
            return false;
        } else if (!group_option(request, argc, argv, at)) {
            return false;
        }
    }
    if (*at == argc) {
        complain_usage();
        return false;
    }
    return true;
}

void command_arun(int argc, char **argv)
{
    KnActorSpawn request = {.group = -1};
    int file, aid;

    if (!request_options(&request, argc, argv, &file)) {
        return;
    }
    if (strlen(argv[file]) >= sizeof(request.path)) {
        complain("\"%s\": a file's name has at most %d bytes", argv[file],
                 K_ACTORNAMEMAX - 1);
        return;
    }
    strcpy(request.path, argv[file]);
    if (!request_args(&request, argc - file, argv + file)) {
        return;
    }
    aid = actorSpawn(&request);
    if (aid == K_EUNKNOWN) {
        complain("no file \"%s\" in the archive", request.path);
    } else if (aid < 0) {
        complain("%s: %s", request.path, k_strerror(aid));
    } else {
        printf("Started aid = %d\n", aid);
    }
}

bool arun_restartable(const struct words *words)
{
    if (words->count == 0 || strcmp(words->word[0], "arun") != 0) {
        return false;
    }
    for (int i = 1; i < words->count && words->word[i][0] == '-'; i++) {
        if (strcmp(words->word[i], "-g") == 0) {
            return true;
        }
    }
    return false;
}

const KnActorInfo *actor_of_word(const char *word)
{
    const KnActorInfo *list, *found = NULL;
    int count = actors_get(&list);
    long aid;

    if (parse_number(word, 0x7fffffff, &aid)) {
        for (int i = 0; i < count && !found; i++) {
            found = list[i].aid == aid ? &list[i] : NULL;
        }
        if (!found) {
            complain("no actor has aid %ld (aps lists them)", aid);
        }
        return found;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].name, word) != 0) {
            continue;
        }
        if (found) {
            complain("several actors are called \"%s\": name it by its aid",
                     word);
            return NULL;
        }
        found = &list[i];
    }
    if (!found) {
        complain("no actor \"%s\" (aps lists them)", word);
    }
    return found;
}

bool group_of_word(const char *word, int *gid)
{
    long number;

    if (!parse_number(word, GROUP_MAX, &number)) {
        complain("no group \"%s\": groups are 0 .. %d", word, GROUP_MAX);
        return false;
    }
    *gid = (int)number;
    return true;
}

static void group_kill(const char *word)
{
    int gid;

    if (group_of_word(word, &gid) && hrKillGroup(gid) < 0) {
        complain("group %d: %s", gid, strerror(errno));
    }
}

static void actor_kill(const char *word)
{
    const KnActorInfo *info = actor_of_word(word);
    int error;

    if (!info) {
        return;
    }
    if (info->state != HR_ACTOR_RUNNING) {
        complain("%s (aid %d) does not run, it is %s: akill -g %d ends "
                 "its group", info->name, info->aid, state_words(info->state),
                 info->group);
        return;
    }
    error = actorKill(info->aid);
    if (error < 0) {
        complain("%s: %s", word, k_strerror(error));
    }
}

void command_akill(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "-g") == 0) {
        group_kill(argv[2]);
        return;
    }
    if (argc < 2 || argv[1][0] == '-') {
        complain_usage();
        return;
    }
    for (int i = 1; i < argc; i++) {
        actor_kill(argv[i]);
    }
}
