/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands that start, list and kill actors.
 */
#include <errno.h>
#include <hr/hr.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* The highest restart group. */
#define GROUP_MAX (HR_GROUPS_MAX - 1)

/* As many as the kernel has actors. */
#define ACTORS_LISTED 64

static struct {
    KnActorInfo list[ACTORS_LISTED];
} actors;

/* Fills actors.list and returns how many entries it has. */
static int actors_get(void)
{
    int total = actorList(actors.list, sizeof(actors.list));

    if (total < 0) {
        complain("no list of actors: %s", k_strerror(total));
        return 0;
    }
    return total < ACTORS_LISTED ? total : ACTORS_LISTED;
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

static const char *privilege_words(KnActorPrivilege privilege)
{
    switch (privilege) {
    case K_USERACTOR:
        return "user";
    case K_SYSTEMACTOR:
        return "system";
    case K_SUPACTOR:
        return "sup";
    default:
        return "?";
    }
}

static const char *state_words(int state)
{
    switch (state) {
    case HR_ACTOR_NEW:
        return "new";
    case HR_ACTOR_RUNNING:
        return "running";
    case HR_ACTOR_DOWN:
        return "down";
    case HR_ACTOR_ENDED:
        return "ended";
    default:
        return "?";
    }
}

static void group_words(char words[12], int group)
{
    if (group < 0) {
        strcpy(words, "-");
    } else {
        snprintf(words, 12, "%d", group);
    }
}

static void actor_print(const KnActorInfo *info)
{
    char group[12];

    group_words(group, info->group);
    printf("%5d %-16s %5s %-6s %8u %7u %6u %6luK  %s", info->aid, info->name,
           group, privilege_words(info->privilege), info->restarts,
           info->threads, info->blocks, info->memory / 1024,
           state_words(info->state));
    if (info->fault[0]) {
        printf(", last fault: %s", info->fault);
    }
    printf("\n");
}

void command_aps(int argc, char **argv)
{
    int count = actors_get();

    (void)argv;
    if (argc != 1) {
        complain_usage();
        return;
    }
    printf("%5s %-16s %5s %-6s %8s %7s %6s %7s  %s\n", "AID", "NAME", "GROUP",
           "PRIV", "RESTARTS", "THREADS", "BLOCKS", "MEMORY", "STATE");
    for (int i = 0; i < count; i++) {
        actor_print(&actors.list[i]);
    }
}

/* The aid that a word means, or -1 after a complaint. */
static int aid_of_word(const char *word)
{
    int count = actors_get();
    int found = -1;
    long aid;

    if (parse_number(word, 0x7fffffff, &aid)) {
        return (int)aid;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(actors.list[i].name, word) != 0) {
            continue;
        }
        if (found >= 0) {
            complain("several actors are called \"%s\": name it by its aid",
                     word);
            return -1;
        }
        found = actors.list[i].aid;
    }
    if (found < 0) {
        complain("no actor \"%s\" (aps lists them)", word);
    }
    return found;
}

static void group_kill(const char *word)
{
    long gid;

    if (!parse_number(word, GROUP_MAX, &gid)) {
        complain("no group \"%s\": groups are 0 .. %d", word, GROUP_MAX);
        return;
    }
    if (hrKillGroup((int)gid) < 0) {
        complain("group %ld: %s", gid, strerror(errno));
    }
}

static void actor_kill(const char *word)
{
    int aid = aid_of_word(word);
    int error;

    if (aid < 0) {
        return;
    }
    error = actorKill(aid);
    if (error == K_EUNKNOWN) {
        complain("no actor has aid %d (aps lists them)", aid);
    } else if (error < 0) {
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
