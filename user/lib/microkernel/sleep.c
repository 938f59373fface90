/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sleeping for ticks.
 */
#include <reprise.h>

#include "clock.h"
#include "task.h"

void task_sleep(int32_t ticks)
{
    struct clock_limit limit = clock_limit(ticks);

    if (ticks <= 0)
        task_yield();
    else
        (void)threadDelay(clock_rest(&limit));
}
