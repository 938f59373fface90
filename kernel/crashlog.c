/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The crash log.  What is kept of a crash is not words yet: those are made
 * when somebody asks, and the restart does not wait for it.
 */
#include "kernel/crashlog.h"

#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/string.h"

struct crash {
    int aid, group, end;
    bool restarted, earlier;
    unsigned restarts;
    uint64_t at_ns;
    char name[K_ACTORNAMEMAX];
    struct fault_note fault;
};

static struct {
    struct crash last[CRASHES_MAX];
    unsigned count; /* ever */
    unsigned told;  /* of them, to the supervisor */
} crashlog;

void crashlog_add(const struct actor *actor, int end)
{
    struct crash *crash = &crashlog.last[crashlog.count++ % CRASHES_MAX];

    ASSERT(end != HR_END_NONE);
    crash->earlier = false;
    crash->aid = actor->aid;
    crash->group = actor->holder.group;
    crash->end = end;
    crash->restarts = actor->restarts;
    crash->restarted = false;
    crash->at_ns = timer_now_ns();
    memcpy(crash->name, actor->name, sizeof(crash->name));
    if (end == HR_END_FAULT)
        fault_copy(&crash->fault, &actor->fault);
}

void crashlog_restarted(void)
{
    ASSERT(crashlog.count > 0);
    crashlog.last[(crashlog.count - 1) % CRASHES_MAX].restarted = true;
}

unsigned crashlog_count(void)
{
    return crashlog.count;
}

unsigned crashlog_told(void)
{
    return crashlog.told;
}

void crashlog_tell(unsigned sequence)
{
    if (sequence > crashlog.told)
        crashlog.told = sequence;
}

/* Its time is that of another clock. */
void crashlog_take(const KnCrash *told)
{
    struct crash *crash = &crashlog.last[crashlog.count++ % CRASHES_MAX];

    *crash = (struct crash){
        .aid = told->aid,
        .group = told->group,
        .end = told->end > HR_END_NONE && told->end <= HR_END_STOP
                   ? told->end
                   : HR_END_FAULT,
        .restarted = told->restarted,
        .earlier = true,
        .restarts = told->restarts,
        .fault.fault.kind = FAULT_SAID,
    };
    string_copy(crash->name, told->name, sizeof(crash->name));
    string_copy(crash->fault.said, told->why, sizeof(crash->fault.said));
}

void crashlog_words(int end, const struct fault_note *fault, char *text,
                    size_t size)
{
    static const char *const words[] = {
        [HR_END_NONE] = "it has not ended",
        [HR_END_EXIT] = "exit without HR_EXIT_HDL",
        [HR_END_KILL] = "killed",
        [HR_END_GROUP] = "another member of its group failed",
        [HR_END_RESTART] = "asked for it",
        [HR_END_SILENT] = "no heartbeat",
        [HR_END_STOP] = "stopped by hand",
    };

    if (end == HR_END_FAULT)
        fault_words(fault, text, size);
    else
        string_copy(text, words[end], size);
}

bool crashlog_next(unsigned since, KnCrash *told)
{
    const struct crash *crash;
    unsigned number = since;

    if (number >= crashlog.count)
        return false;
    if (crashlog.count - number > CRASHES_MAX)
        number = crashlog.count - CRASHES_MAX;
    crash = &crashlog.last[number % CRASHES_MAX];
    *told = (KnCrash){
        .sequence = number + 1,
        .aid = crash->aid,
        .group = crash->group,
        .restarts = crash->restarts,
        .end = crash->end,
        .restarted = crash->restarted,
        .earlier = crash->earlier,
        .atMs = crash->at_ns / 1000000,
    };
    memcpy(told->name, crash->name, sizeof(told->name));
    crashlog_words(crash->end, &crash->fault, told->why, sizeof(told->why));
    return true;
}
