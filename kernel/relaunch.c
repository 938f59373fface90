/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Starts that the supervisor has allowed in advance, and what is said about
 * every start.
 */
#include "kernel/relaunch.h"

#include "kernel/crashlog.h"
#include "kernel/klog.h"
#include "kernel/string.h"

static struct {
    unsigned credit[HR_GROUPS_MAX];
    char creditor[K_ACTORNAMEMAX]; /* in whose name it is spent */
} relaunch;

/* What is said about a start, when there is time for it. */
struct start_line {
    char caller[K_ACTORNAMEMAX], name[K_ACTORNAMEMAX];
    int aid, group, end;
    unsigned restarts;
    HrStartKind kind;
    struct fault_note fault;
};

static void start_print(const void *payload)
{
    const struct start_line *line = payload;
    char why[FAULT_WORDS_MAX];

    klog("%s: %s (aid %d, group %d) ", line->caller, line->name, line->aid,
         line->group);
    switch (line->kind) {
    case HR_START_FRESH:
        klog("started\n");
        break;
    case HR_START_RESTART:
        crashlog_words(line->end, &line->fault, why, sizeof(why));
        klog("restarted, restart %u: %s\n", line->restarts, why);
        break;
    case HR_START_SITE:
        klog("back after a restart of the site, restart %u\n",
             line->restarts);
        break;
    }
}

void relaunch_say(const char *caller, const struct actor *actor)
{
    struct start_line *line = klog_open(start_print, sizeof(*line));

    line->aid = actor->aid;
    line->group = actor->holder.group;
    line->end = actor->end;
    line->restarts = actor->restarts;
    line->kind = actor->kind;
    if (actor->end == HR_END_FAULT)
        fault_copy(&line->fault, &actor->fault);
    memcpy(line->caller, caller, sizeof(line->caller));
    memcpy(line->name, actor->name, sizeof(line->name));
    klog_close();
}

void relaunch_credit(int group, unsigned count, const char *name)
{
    relaunch.credit[group] = count;
    string_copy(relaunch.creditor, name, sizeof(relaunch.creditor));
}

void relaunch_forget(int group)
{
    relaunch.credit[group] = 0;
}

bool relaunch_is_allowed(int group)
{
    return relaunch.credit[group] > 0;
}

/* A direct member that is to live again with its group. */
static bool is_due(const struct actor *actor)
{
    return actor->state == HR_ACTOR_DOWN &&
           (actor->spawn.flags & K_SPAWN_INDIRECT) == 0;
}

bool relaunch_group(int group)
{
    unsigned due = 0, started = 0;

    if (!relaunch_is_allowed(group))
        return false;
    image_round_begin();
    for (struct actor *at = NULL;
         (at = actor_next_in_group(group, at)) != NULL;) {
        if (!is_due(at))
            continue;
        due++;
        if (actor_start(at) != K_OK)
            continue;
        started++;
        relaunch_say(relaunch.creditor, at);
    }
    image_round_end();
    if (started > 0) {
        relaunch.credit[group]--;
        crashlog_restarted();
    }
    return started > 0 && started == due;
}
