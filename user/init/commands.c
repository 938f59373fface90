/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The table of commands, and those about the system as a whole.
 */
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdio.h>

#include "shell.h"

#define HELP_COLUMN 36

static bool info_get(KnSysInfo *info)
{
    int error = sysInfo(info);

    if (error < 0) {
        complain("%s", k_strerror(error));
    }
    return error >= 0;
}

/* A synopsis that is longer than its column has a line of its own. */
static void help_line(const struct command *command)
{
    char synopsis[64];
    int length = snprintf(synopsis, sizeof(synopsis), "%s %s", command->name,
                          command->args);

    if (length > HELP_COLUMN) {
        printf("  %s\n", synopsis);
        synopsis[0] = '\0';
    }
    printf("  %-*s %s\n", HELP_COLUMN, synopsis, command->help);
}

static void command_help(int argc, char **argv)
{
    const struct command *command;

    if (argc > 2) {
        complain_usage();
    } else if (argc == 2) {
        command = shell_find(argv[1]);
        if (command) {
            help_line(command);
        }
    } else {
        for (size_t i = 0; i < shell_command_count; i++) {
            help_line(&shell_commands[i]);
        }
    }
}

static void command_mem(int argc, char **argv)
{
    KnSysInfo info;

    (void)argv;
    if (!no_arguments(argc) || !info_get(&info)) {
        return;
    }
    printf("memory: %lu KiB, %lu KiB free\n", info.memTotal / 1024,
           info.memFree / 1024);
    if (info.bankTotal == 0) {
        printf("bank:   none\n");
        return;
    }
    printf("bank:   %lu KiB, %lu KiB free, %u of %u blocks, at 0x%lx\n",
           info.bankTotal / 1024, info.bankFree / 1024, info.bankBlocks,
           info.bankBlocksMax, info.bankAddr);
}

static void command_dmesg(int argc, char **argv)
{
    char text[512];
    size_t offset = 0;
    long size;

    (void)argv;
    if (!no_arguments(argc)) {
        return;
    }
    while ((size = sysLog(offset, text, sizeof(text))) > 0) {
        fwrite(text, 1, (size_t)size, stdout);
        offset += (size_t)size;
    }
    if (size < 0) {
        complain("%s", k_strerror((int)size));
    }
}

static void command_uptime(int argc, char **argv)
{
    KnSysInfo info;

    (void)argv;
    if (!no_arguments(argc) || !info_get(&info)) {
        return;
    }
    printf("up %ld.%03ld s, boot %u of this bank, %u restart%s of the site\n",
           info.uptime.tmSec, info.uptime.tmNSec / 1000000, info.boots,
           info.siteRestarts, info.siteRestarts == 1 ? "" : "s");
}

static void command_version(int argc, char **argv)
{
    KnSysInfo info;

    (void)argv;
    if (no_arguments(argc) && info_get(&info)) {
        printf("Reprise %s, %s, %s\n", info.version, info.arch, info.machine);
    }
}

/* Does not come back if all is well. */
static void reboot(int argc, KnRebootMode mode)
{
    KnRebootDesc how = {mode};

    if (no_arguments(argc)) {
        fflush(stdout);
        complain("%s", k_strerror(sysReboot(&how)));
    }
}

static void command_reboot(int argc, char **argv)
{
    (void)argv;
    reboot(argc, K_REBOOT_COLD);
}

static void command_poweroff(int argc, char **argv)
{
    (void)argv;
    reboot(argc, K_REBOOT_OFF);
}

static void command_panic(int argc, char **argv)
{
    (void)argv;
    reboot(argc, K_REBOOT_PANIC);
}

static void command_lockup(int argc, char **argv)
{
    (void)argv;
    reboot(argc, K_REBOOT_LOCKUP);
}

const struct command shell_commands[] = {
    {"help", "[command]", "list the commands, or explain one", command_help},
    {"arun", "[-g [gid]] [-t] file [arg...]",
     "start an actor; -g restartable, in a group; -t trusted", command_arun},
    {"aps", "", "list the actors", command_aps},
    {"akill", "{aid | name}... | -g gid",
     "kill actors (restartable ones restart), or end a group", command_akill},
    {"pmm", "list | show NAME | free {NAME | -k KEY}",
     "look at persistent blocks, or free them", command_pmm},
    {"maps", "", "list the memory maps of all actors", command_maps},
    {"mem", "", "how much memory and bank there is", command_mem},
    {"retention", "[fill now | report]",
     "see what RAM a reset of the machine leaves", command_retention},
    {"quota", "", "what each actor has, and how much it may have",
     command_quota},
    {"dmesg", "", "print the kernel's messages", command_dmesg},
    {"uptime", "", "how long the site is up", command_uptime},
    {"sup", "", "the restart policy, and the groups' history", command_sup},
    {"crashlog", "", "the last failures, of whatever actor",
     command_crashlog},
    {"start", "{aid | name} | -g gid", "start what is down or parked",
     command_start},
    {"stop", "{aid | name} | -g gid", "stop a group, and leave it down",
     command_stop},
    {"restart", "[{aid | name} | -g gid]",
     "restart a group; or the site in place, blocks stay", command_restart},
    {"fault", "{aid | name} KIND",
     "make an actor fail: null, hang, ... (any word lists them)",
     command_fault},
    {"shutdown", "[-i 0 | -i 1]", "reset the machine, or restart the site",
     command_shutdown},
    {"reboot", "", "reset the machine; blocks stay", command_reboot},
    {"poweroff", "", "switch the machine off", command_poweroff},
    {"panic", "", "make the kernel panic, as a test", command_panic},
    {"lockup", "", "make the kernel hang, as a test of the watchdog",
     command_lockup},
    {"version", "", "what this is", command_version},
};

const size_t shell_command_count =
    sizeof(shell_commands) / sizeof(shell_commands[0]);
