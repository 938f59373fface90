/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The command that makes an actor fail, in the way that one asks for.
 */
#include <am/afexec.h>
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

/* A thread that begins where no program is. */
static const struct {
    const char *name;
    unsigned long entry;
} nowhere[] = {
    {"null", 0x0},
    {"stack", 0x7feffff0}, /* just below the top of main's stack */
    {"wild", 0x70000000},
};

#define NOWHERE_COUNT (sizeof(nowhere) / sizeof(nowhere[0]))

/* A thread at that address of the actor, with a page of stack. */
static int thread_put(KnCap *cap, VmAddr entry)
{
    KnRgnDesc stack = {
        .size = K_PAGE_SIZE,
        .options = K_ANYWHERE | K_WRITABLE,
    };
    KnDefaultStartInfo_f start = {.dsType = K_DEFAULT_START_INFO};
    int result = rgnAllocate(cap, &stack);
    KnThreadLid thread;

    if (result < 0) {
        return result;
    }
    memcpy(&start.dsEntry, &entry, sizeof(start.dsEntry));
    start.dsUserStackPointer = (void *)(stack.startAddr + K_PAGE_SIZE);
    return threadCreate(cap, &thread, K_ACTIVE, NULL, &start);
}

/* The same in a copy of the page of code that goes wrong. */
static int code_put(KnCap *cap, const KnProvoke *provoke)
{
    KnRgnDesc here = {
        .startAddr = (VmAddr)k_provoke_page,
        .size = K_PAGE_SIZE,
    };
    KnRgnDesc there = {
        .size = K_PAGE_SIZE,
        .options = K_ANYWHERE | K_EXECUTABLE,
    };
    int result = rgnInitFromActor(cap, &there, K_MYACTOR, &here);

    return result < 0 ? result
                      : thread_put(cap, there.startAddr + provoke->offset);
}

/* Makes the actor fail; false: no such kind. */
static bool provoke(const char *kind, KnCap *cap, int *result)
{
    if (strcmp(kind, "hang") == 0) {
        *result = actorStop(cap);
        return true;
    }
    for (size_t i = 0; i < NOWHERE_COUNT; i++) {
        if (strcmp(kind, nowhere[i].name) == 0) {
            *result = thread_put(cap, nowhere[i].entry);
            return true;
        }
    }
    for (const KnProvoke *at = k_provokes; at->name[0] != 0; at++) {
        if (strcmp(kind, at->name) == 0) {
            *result = code_put(cap, at);
            return true;
        }
    }
    return false;
}

static void complain_kind(const char *kind)
{
    char known[256] = "hang";
    size_t used = strlen(known);

    for (size_t i = 0; i < NOWHERE_COUNT; i++) {
        used += (size_t)snprintf(known + used, sizeof(known) - used, ", %s",
                                 nowhere[i].name);
    }
    for (const KnProvoke *at = k_provokes; at->name[0] != 0; at++) {
        used += (size_t)snprintf(known + used, sizeof(known) - used, ", %s",
                                 at->name);
    }
    complain("unknown kind \"%s\": known here are %s", kind, known);
}

void command_fault(int argc, char **argv)
{
    const KnActorInfo *info;
    int result;
    KnCap cap;

    if (argc != 3) {
        complain_usage();
        return;
    }
    info = actor_of_word(argv[1]);
    if (!info) {
        return;
    }
    if (info->state != HR_ACTOR_RUNNING) {
        complain("%s (aid %d) does not run, it is %s", info->name, info->aid,
                 state_words(info->state));
        return;
    }
    result = acapOf(info->aid, &cap);
    if (result == K_OK && !provoke(argv[2], &cap, &result)) {
        complain_kind(argv[2]);
        return;
    }
    actor_did(info, result,
              strcmp(argv[2], "hang") == 0 ? "is stopped, and hangs"
                                           : "is made to fail");
}
