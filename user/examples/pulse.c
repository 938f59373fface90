/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor that promises signs of life and then hangs, in one of two ways:
 *
 *      arun -g 5 pulse loop        it runs for ever, and gets nowhere
 *      arun -g 5 pulse sleep       it waits for what never comes
 *      arun -g 5 pulse well        it keeps its promise
 *      arun -g 5 pulse again       it asks to be restarted
 *
 * The supervisor restarts it within two periods; the one that is well goes on,
 * however busy the machine is with others.
 */
#include <hr/hr.h>
#include <reprise.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PERIOD_MS 200
#define BEATS 10

static void pause_ms(unsigned ms)
{
    KnTimeVal time;

    K_MILLI_TO_TIMEVAL(&time, ms);
    (void)!threadDelay(&time);
}

/* A quarter of a period of work and one of sleep between two signs. */
static void work(void)
{
    KnTimeVal start, now;

    (void)!sysTime(&start);
    do {
        (void)!sysTime(&now);
    } while ((now.tmSec - start.tmSec) * 1000 +
                 (now.tmNSec - start.tmNSec) / 1000000 <
             PERIOD_MS / 4);
    pause_ms(PERIOD_MS / 4);
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "well";
    bool well = strcmp(way, "well") == 0;

    printf("pulse: %s\n", way);
    for (int beat = 0; well || beat < BEATS; beat++) {
        if (hrHeartbeat(PERIOD_MS) != K_OK) {
            printf("pulse: not restartable\n");
            return 1;
        }
        work();
        if (beat == BEATS) {
            printf("pulse: beats on\n");
            (void)!hrHealthy();
        }
    }
    printf("pulse: hangs\n");
    if (strcmp(way, "again") == 0) {
        (void)!hrRestart();
    }
    for (;;) {
        if (strcmp(way, "sleep") == 0) {
            (void)!threadDelay(K_NOTIMEOUT);
        }
    }
}
