/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on the site as a whole, and on its console.
 */
#include "boot/archive.h"
#include "boot/boot_info.h"
#include "drivers/timer.h"
#include "kernel/console.h"
#include "kernel/klog.h"
#include "kernel/planted.h"
#include "kernel/retention.h"
#include "kernel/site.h"
#include "kernel/start.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/time.h"
#include "kernel/totals.h"
#include "kernel/version.h"
#include "kernel/vigil.h"
#include "mm/bank.h"
#include "mm/frame.h"
#include "mm/region.h"
#include "mm/ucopy.h"

/* Bytes that one sysLog() call copies, at most. */
#define READ_MAX 1024

long sys_sysReboot(struct call *call)
{
    KnRebootDesc desc = {K_REBOOT_COLD};

    if (call->arg[0] != 0 &&
        call_in(call, &desc, call->arg[0], sizeof(desc)) != K_OK)
        return K_EFAULT;
    switch (desc.mode) {
    case K_REBOOT_COLD:
        site_reset("asked for by an actor");
    case K_REBOOT_HOT:
        site_restart("asked for by an actor");
    case K_REBOOT_OFF:
        site_off();
    case K_REBOOT_RECOVER:
        site_recover("an actor sees no other help");
    case K_REBOOT_PANIC:
        panic("asked for by %s", actor_name(call->actor));
    case K_REBOOT_LOCKUP:
        planted_lockup();
    }
    return K_EINVAL;
}

static void usage_count(KnSysInfo *info)
{
    for (struct actor *at = NULL; (at = actor_next(at)) != NULL;) {
        info->actors++;
        info->threads += actor_threads(at);
        info->blocksHeld += at->holder.held;
    }
    info->regions = totals()->regions - region_available();
}

long sys_sysInfo(struct call *call)
{
    struct bank_usage bank = bank_usage();
    KnSysInfo info = {
        .memTotal = frame_total() * PAGE_SIZE,
        .memFree = frame_available() * PAGE_SIZE,
        .bankTotal = bank.total,
        .bankFree = bank.free,
        .bankAddr = bank.total > 0 ? ASPACE_BANK_BASE : 0,
        .bankStart = start_hole(HOLE_BANK)->start.raw,
        .bankSize = start_hole(HOLE_BANK)->size,
        .bankBlocks = bank.blocks,
        .bankBlocksMax = bank.blocks_max,
        .boots = bank.boots,
        .siteRestarts = bank_present() ? bank.site_restarts
                                       : boot_info.warm_count,
        .warm = boot_info.cause == BOOT_WARM,
        .uptime = time_to_timeval(timer_now_ns()),
    };

    usage_count(&info);
    string_copy(info.version, version_text, sizeof(info.version));
    string_copy(info.arch, ARCH_NAME, sizeof(info.arch));
    string_copy(info.machine, boot_info.machine, sizeof(info.machine));
    string_copy(info.commandLine, boot_info.command_line,
                sizeof(info.commandLine));
    return call_out(call, call->arg[0], &info, sizeof(info));
}

long sys_sysLog(struct call *call)
{
    char text[READ_MAX];
    size_t size = call->arg[2] < READ_MAX ? call->arg[2] : READ_MAX;

    size = klog_read(call->arg[0], text, size);
    if (call_out(call, call->arg[1], text, size) != K_OK)
        return K_EFAULT;
    return (long)size;
}

long sys_sysFile(struct call *call)
{
    uint64_t offset = call->arg[1], size = call->arg[3];
    char name[K_ACTORNAMEMAX];
    struct archive_file file;
    KnError error = ucopy_string(&call->actor->space, name,
                                 uaddr(call->arg[0]), sizeof(name));

    if (error == K_OK)
        error = archive_find(name, &file);
    if (error != K_OK)
        return error;
    if (offset >= file.size)
        return 0;
    size = size < file.size - offset ? size : file.size - offset;
    error = call_out(call, call->arg[2], (const char *)file.data + offset,
                     size);
    return error == K_OK ? (long)size : error;
}

long sys_consoleWrite(struct call *call)
{
    char text[256];
    uint64_t size = call->arg[1], done = 0, room = klog_room();

    /* Interrupts are off here: what the line must be waited for is short. */
    room = room < sizeof(text) ? sizeof(text) : room;
    room = room < CONSOLE_WRITE_BYTES_MAX ? room : CONSOLE_WRITE_BYTES_MAX;
    size = size < room ? size : room;
    while (done < size) {
        size_t part = size - done < sizeof(text) ? size - done : sizeof(text);

        if (call_in(call, text, call->arg[0] + done, part) != K_OK)
            return done > 0 ? (long)done : K_EFAULT;
        klog_console(text, part);
        done += part;
    }
    return (long)done;
}

long sys_consoleRead(struct call *call)
{
    char text[CONSOLE_INPUT_BYTES];
    size_t size = call->arg[1] < sizeof(text) ? call->arg[1] : sizeof(text);
    KnError error = ucopy_out_check(&call->actor->space, uaddr(call->arg[0]),
                                    size);

    if (error != K_OK || size == 0)
        return error;
    if (console_input_empty()) {
        error = console_input_wait();
        return error == K_OK ? CALL_PENDING : error;
    }
    size = console_input_take(text, size);
    if (call_out(call, call->arg[0], text, size) != K_OK)
        return K_EFAULT;
    return (long)size;
}

long sys_sysRetention(struct call *call)
{
    KnRetention retention;
    bool found;
    KnError error = ucopy_out_check(&call->actor->space, uaddr(call->arg[0]),
                                    sizeof(retention));

    if (error == K_OK)
        error = call_in(call, &retention, call->arg[0], sizeof(retention));
    if (error != K_OK)
        return error;
    if (retention.action == K_RETENTION_FILL) {
        vigil_stop(); /* nobody feeds it meanwhile */
        retention_fill();
    }
    if (retention.action != K_RETENTION_LOOK)
        return K_EINVAL;
    found = retention_look(&retention);
    error = call_out(call, call->arg[0], &retention, sizeof(retention));
    return error == K_OK ? found : error;
}
