/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is measured in one life: the mode in argv[1].  The words behind it are
 * the modes of the lives to come.
 */
#include "modes.h"

#include <hr/hr.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*run)(int argc, char **argv);
} modes[] = {
    {"clock", mode_clock},
    {"null", mode_null},
    {"yield", mode_yield},
    {"switch", mode_switch},
    {"partner", mode_partner},
    {"restart", mode_restart},
    {"touch", mode_touch},
    {"judged", mode_judged},
    {"group", mode_group},
    {"site", mode_site},
    {"tell", mode_tell},
    {"boot", mode_boot},
    {"regions", mode_regions},
    {"pmm", mode_pmm},
    {"tasks", mode_tasks},
    {"blocks", mode_blocks},
    {"fill", mode_fill},
    {"many_regions", mode_many_regions},
    {"crowd", mode_crowd},
    {"maps", mode_maps},
    {"waiters", mode_waiters},
    {"equals", mode_equals},
    {"lesser", mode_lesser},
    {"room", mode_room},
};

/* A mode looks at what comes behind it, and says what comes next. */
int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (argc > 1 && strcmp(argv[1], modes[i].name) == 0) {
            (void)bench_overhead();
            modes[i].run(argc - 2, argv + 2);
            HR_EXIT_HDL();
            return 0;
        }
    }
    bench_fail("no such mode", argc);
}
