/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The watchdog of a machine that has none, or none that this kernel can use
 * (drivers/README.md says why).
 */
#include "drivers/watchdog.h"

#include <stddef.h>

const char *watchdog_init(void)
{
    return NULL;
}

bool watchdog_has_bitten(void)
{
    return false;
}

void watchdog_start(unsigned period_s)
{
    (void)period_s;
}

void watchdog_feed(void)
{
}

void watchdog_stop(void)
{
}
