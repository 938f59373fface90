/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The watch over those who watch.
 *
 *   actors      look after themselves (hrHeartbeat()), the supervisor looks
 *   supervisor  the kernel asks it, each second, and it has to come back to
 *               hrWait(); if it does not for SUPERVISOR_SILENT_MS of its own
 *               time, it is ended and has a new life
 *   kernel      as long as the supervisor answers the kernel feeds the
 *               watchdog; a kernel that hangs, or lets the supervisor starve,
 *               does not
 */
#include "kernel/vigil.h"

#include "boot/boot_info.h"
#include "drivers/bark.h"
#include "drivers/timer.h"
#include "drivers/watchdog.h"
#include "kernel/assert.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/klog.h"
#include "kernel/restart.h"
#include "kernel/site.h"
#include "kernel/time.h"

#define LOOK_NS 1000000000ull

/* The kernel's own remedy comes first: the supervisor's end, and a new life
 * that answers. */
#define FEED_NS (SUPERVISOR_SILENT_MS * 1000000ull + 2 * LOOK_NS)

/* The bark comes before the bite, by the time that a panic takes. */
#define BARK_MS(period_s) ((period_s) * 2000 / 3)

/* A new life has all its time from when it is first looked at. */
static void vigil_look(void)
{
    struct actor *supervisor = restart_ask_supervisor();

    ASSERT(supervisor != NULL);
    ASSERT(supervisor->state == HR_ACTOR_RUNNING);
    time_call(TIME_VIGIL, timer_now_ns() + LOOK_NS, vigil_look);
    if (supervisor->beat_ms == 0)
        actor_beat(supervisor, SUPERVISOR_SILENT_MS);
    if (actor_quiet_ms(supervisor) > SUPERVISOR_SILENT_MS) {
        klog("supervisor: hangs: no sign of life for %u ms\n",
             actor_quiet_ms(supervisor));
        restart_end(supervisor, HR_END_SILENT);
        actor_beat(supervisor, SUPERVISOR_SILENT_MS);
    }
    if (timer_now_ns() - supervisor->beat_ns < FEED_NS)
        vigil_feed();
}

void vigil_feed(void)
{
    watchdog_feed();
    bark_feed();
}

void vigil_stop(void)
{
    watchdog_stop();
    bark_stop();
}

/* Either may be NULL. */
static void say_watchdog(const char *barks, const char *bites,
                         unsigned period_s)
{
    const char *both = barks != NULL && bites != NULL ? ", " : "";

    if (barks == NULL && bites == NULL && period_s > 0)
        klog("watchdog: none, though site.watchdog=%u asks for one\n",
             period_s);
    else if (barks == NULL && bites == NULL)
        klog("watchdog: none\n");
    else if (period_s == 0)
        klog("watchdog: %s%s%s, off (site.watchdog=SECONDS starts it)\n",
             barks != NULL ? barks : "", both, bites != NULL ? bites : "");
    else
        klog("watchdog: %s%s%s, %u s\n", barks != NULL ? barks : "", both,
             bites != NULL ? bites : "", period_s);
}

/* 0: it is to stay off. */
static unsigned period_read(void)
{
    unsigned period_s = (unsigned)cmdline_number(&(struct cmdline_number){
        "site.watchdog", SITE_WATCHDOG_S, 0, WATCHDOG_S_MAX});

    if (period_s == 0 || period_s >= WATCHDOG_S_MIN)
        return period_s;
    klog("command line: site.watchdog is 0 or at least %u: taking %u\n",
         WATCHDOG_S_MIN, WATCHDOG_S_MIN);
    return WATCHDOG_S_MIN;
}

void vigil_init(void)
{
    unsigned period_s = period_read();
    const char *barks = bark_init();
    const char *bites = watchdog_init();

    say_watchdog(barks, bites, period_s);
    if (watchdog_has_bitten() && boot_info.cause == BOOT_COLD) {
        klog("watchdog: it has reset the machine: the last kernel hung\n");
        site_bitten();
    }
    if (bites != NULL && period_s > 0)
        watchdog_start(period_s);
    if (barks != NULL && period_s > 0)
        bark_start(BARK_MS(period_s));
    time_call(TIME_VIGIL, timer_now_ns() + LOOK_NS, vigil_look);
}
