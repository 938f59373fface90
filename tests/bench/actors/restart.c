/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A hot restart is measured by lives of the program `life`.
 */
#include "life.h"
#include "modes.h"

void mode_restart(int argc, char **argv)
{
    bench_spawn("life", LIFE_GROUP, argc, argv);
}
