/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The larger restarts.  The ladder, one rung up each time that the site did
 * not stay up for SITE_STABLE_NS:
 *
 *   panic -> warm restart, SITE_RESTARTS_MAX times in a row
 *         -> reset of the machine, SITE_RESETS_MAX times in a row
 *         -> stop
 *
 * The count of the first rung is in boot_info, that of the second in the bank,
 * because a reset loses everything else: without a bank there is no
 * second rung.
 */
#include "kernel/site.h"

#include "arch/arch.h"
#include "boot/boot_info.h"
#include "drivers/power.h"
#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/klog.h"
#include "kernel/string.h"
#include "kernel/time.h"
#include "kernel/untold.h"
#include "kernel/vigil.h"
#include "mm/bank.h"

/* What the command line says of the ladder.  A panic may come because somebody
 * has written where he should not, so it is kept twice; what is not the same
 * twice is not believed, and read again if the line itself is whole. */
static struct ladder {
    uint64_t known, restarts_max, resets_max, stop;
} site[2];

static struct ladder ladder_read(void)
{
    return (struct ladder){
        .known = true,
        .restarts_max = cmdline_number(&(struct cmdline_number){
            "site.maxRestarts", SITE_RESTARTS_MAX, 0, 1000}),
        .resets_max = cmdline_number(&(struct cmdline_number){
            "site.maxResets", SITE_RESETS_MAX, 0, 1000}),
        .stop = cmdline_is("panic", "stop"),
    };
}

/* By hand: memcmp() itself may be what is damaged. */
static bool ladder_known(void)
{
    const struct ladder *a = &site[0], *b = &site[1];

    return a->known && a->known == b->known &&
           a->restarts_max == b->restarts_max &&
           a->resets_max == b->resets_max && a->stop == b->stop;
}

static struct ladder ladder(void)
{
    if (ladder_known())
        return site[0];
    if (boot_info_valid())
        return ladder_read();
    return (struct ladder){true, SITE_RESTARTS_MAX, SITE_RESETS_MAX, false};
}

static void site_stable(void)
{
    ASSERT(boot_info_valid());
    boot_info.warm_in_a_row = 0;
    boot_info.bare_restarts = 0;
    boot_info_seal();
    bank_note_stable();
}

void site_init(void)
{
    site[0] = site[1] = ladder_read();
    time_call(TIME_STABLE, timer_now_ns() + SITE_STABLE_NS, site_stable);
}

/* Who stops on purpose is not to be woken by the watchdog. */
static _Noreturn void site_stop(void)
{
    vigil_stop();
    power_fail();
}

void site_bitten(void)
{
    struct ladder max = ladder();

    if (!bank_present() || bank_usage().resets <= max.resets_max)
        return;
    klog("site: %lu resets in a row, the last by the watchdog, have not "
         "helped\n",
         max.resets_max);
    klog_flush();
    klog("site: stopped: the kernel hangs\n");
    site_stop();
}

/* A record that something has written over is not given a new checksum: the
 * next start is to see that it is damaged. */
static _Noreturn void restart_in_place(const char *reason, unsigned in_a_row)
{
    klog("site: restart in place: %s\n", reason);
    if (!boot_info_valid())
        arch_warm_restart();
    untold_keep();
    boot_info.warm_count++;
    boot_info.warm_in_a_row += in_a_row;
    boot_info.bare_restarts = 0; /* this one can be told */
    boot_info.restart_counter = timer_counter();
    string_copy(boot_info.restart_reason, reason,
                sizeof(boot_info.restart_reason));
    boot_info_seal();
    vigil_feed();
    arch_warm_restart();
}

void site_restart(const char *reason)
{
    klog_flush();
    restart_in_place(reason, 0);
}

void site_reset(const char *reason)
{
    klog_flush();
    klog("site: reset of the machine: %s\n", reason);
    vigil_stop();
    power_reset();
}

void site_off(void)
{
    klog_flush();
    klog("site: power off\n");
    vigil_stop();
    power_off();
}

void site_recover(const char *reason)
{
    struct ladder max = ladder();

    klog_flush();
    if (max.stop) {
        klog("site: stopped after a panic, as panic=stop says\n");
        site_stop();
    }
    if (!boot_info_valid() || boot_info.warm_in_a_row < max.restarts_max)
        restart_in_place(reason, 1);
    klog("site: %lu restarts in a row have not helped\n", max.restarts_max);
    if (bank_present() && bank_usage().resets < max.resets_max)
        site_reset(reason);
    if (bank_present())
        klog("site: %lu resets in a row have not helped either\n",
             max.resets_max);
    klog("site: stopped: %s\n", reason);
    site_stop();
}

void site_recover_bare(void)
{
    if (boot_info.bare_restarts >= SITE_BARE_RESTARTS_MAX)
        power_reset();
    boot_info.bare_restarts++;
    boot_info.bare = true;
    arch_warm_restart();
}
