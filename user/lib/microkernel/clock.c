/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The tick clock.  Nothing ticks: a number of ticks is a length of time.
 */
#include "clock.h"

#include <reprise.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS 1000000000ll
#define TICKS_DEFAULT 100
#define TICKS_MAX 1000000

static struct {
    unsigned per_second; /* 0: not read yet */
} ticks;

/* The number behind name= on the kernel's command line, or 0. */
static unsigned long number_read(const char *line, const char *name)
{
    const char *at = strstr(line, name);

    return at == NULL ? 0 : strtoul(at + strlen(name), NULL, 0);
}

unsigned sys_ticks_per_sec(void)
{
    KnSysInfo info;
    unsigned long found = 0;

    if (ticks.per_second != 0)
        return ticks.per_second;
    if (sysInfo(&info) == K_OK)
        found = number_read(info.commandLine, "sys.ticksPerSec=");
    ticks.per_second = found > 0 && found <= TICKS_MAX ? (unsigned)found
                                                       : TICKS_DEFAULT;
    return ticks.per_second;
}

static int64_t now_ns(void)
{
    KnTimeVal now = {0};

    (void)sysTime(&now);
    return now.tmSec * SECOND_NS + now.tmNSec;
}

int64_t sys_tick_get(void)
{
    return now_ns() / (SECOND_NS / sys_ticks_per_sec());
}

uint32_t sys_tick_get_32(void)
{
    return (uint32_t)sys_tick_get();
}

struct clock_limit clock_limit(int32_t count)
{
    struct clock_limit limit = {.never = count == TICKS_UNLIMITED};

    if (limit.never)
        return limit;
    limit.end_ns = now_ns() +
        (count > 0 ? count : 1) * (SECOND_NS / sys_ticks_per_sec());
    return limit;
}

KnTimeVal *clock_rest(struct clock_limit *limit)
{
    int64_t rest;

    if (limit->never)
        return K_NOTIMEOUT;
    rest = limit->end_ns - now_ns();
    if (rest < 0)
        rest = 0;
    limit->rest = (KnTimeVal){rest / SECOND_NS, rest % SECOND_NS};
    return &limit->rest;
}
