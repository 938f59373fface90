/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Restarts the site from a program.  Only a trusted actor may:
 *
 *      arun -t site hot      in place: blocks stay, groups come back
 *      arun -t site cold     by a reset of the machine
 *      arun -t site off      not at all
 */
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    KnRebootMode mode;
} ways[] = {
    {"hot", K_REBOOT_HOT},
    {"cold", K_REBOOT_COLD},
    {"off", K_REBOOT_OFF},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (argc == 2 && strcmp(argv[1], ways[i].name) == 0) {
            KnRebootDesc how = {ways[i].mode};
            int error = sysReboot(&how);

            /* It returns only if it could not. */
            printf("site: %s: %s\n", ways[i].name, k_strerror(error));
            return 1;
        }
    }
    printf("site: hot, cold or off?\n");
    return 1;
}
