/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Uses all the processor it gets, for ever.  Others of its priority still
 * get their turns, and those that are more urgent do not notice it:
 *
 *      arun spin
 */
#include <stdio.h>

int main(void)
{
    volatile unsigned long turns = 0;

    printf("spin: round and round\n");
    for (;;) {
        turns++;
    }
}
