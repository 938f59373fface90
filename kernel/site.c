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
#include "drivers/watchdog.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/klog.h"
#include "kernel/string.h"
#include "kernel/time.h"
#include "mm/bank.h"

static struct {
    unsigned restarts_max, resets_max;
} site = {SITE_RESTARTS_MAX, SITE_RESETS_MAX};

static void site_stable(void)
{
    boot_info.warm_in_a_row = 0;
    boot_info_seal();
    bank_note_stable();
}

void site_init(void)
{
    site.restarts_max = (unsigned)cmdline_number(&(struct cmdline_number){
        "site.maxRestarts", SITE_RESTARTS_MAX, 0, 1000});
    site.resets_max = (unsigned)cmdline_number(&(struct cmdline_number){
        "site.maxResets", SITE_RESETS_MAX, 0, 1000});
    time_call(TIME_STABLE, timer_now_ns() + SITE_STABLE_NS, site_stable);
}

/* Who stops on purpose is not to be woken by the watchdog. */
static _Noreturn void site_stop(void)
{
    watchdog_stop();
    power_fail();
}

void site_bitten(void)
{
    if (!bank_present() || bank_usage().resets <= site.resets_max)
        return;
    klog("site: %u resets in a row, the last by the watchdog, have not "
         "helped\n",
         site.resets_max);
    klog_flush();
    klog("site: stopped: the kernel hangs\n");
    site_stop();
}

void site_restart(const char *reason)
{
    klog_flush();
    klog("site: restart in place: %s\n", reason);
    boot_info.warm_count++;
    boot_info.restart_counter = timer_counter();
    string_copy(boot_info.restart_reason, reason,
                sizeof(boot_info.restart_reason));
    boot_info_seal();
    watchdog_feed();
    arch_warm_restart();
}

void site_reset(const char *reason)
{
    klog_flush();
    klog("site: reset of the machine: %s\n", reason);
    watchdog_stop();
    power_reset();
}

void site_off(void)
{
    klog_flush();
    klog("site: power off\n");
    watchdog_stop();
    power_off();
}

void site_recover(const char *reason)
{
    klog_flush();
    if (cmdline_is("panic", "stop")) {
        klog("site: stopped after a panic, as panic=stop says\n");
        site_stop();
    }
    if (boot_info.warm_in_a_row < site.restarts_max) {
        boot_info.warm_in_a_row++;
        site_restart(reason);
    }
    klog("site: %u restarts in a row have not helped\n", site.restarts_max);
    if (bank_present() && bank_usage().resets < site.resets_max)
        site_reset(reason);
    if (bank_present())
        klog("site: %u resets in a row have not helped either\n",
             site.resets_max);
    klog("site: stopped: %s\n", reason);
    site_stop();
}
