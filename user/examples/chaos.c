/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Floating point under fire.  A map whose every step doubles an error is
 * followed twice; one bit of a register lost in a switch between actors
 * makes the two ends differ.  Start several with different seeds:
 *
 *      arun chaos 1
 *      arun chaos 2
 */
#include <stdio.h>
#include <stdlib.h>

#define STEPS 3000000
#define ROUNDS 6

static double follow(double x)
{
    for (int i = 0; i < STEPS; i++) {
        x = 3.99 * x * (1.0 - x);
    }
    return x;
}

int main(int argc, char **argv)
{
    int seed = argc > 1 ? atoi(argv[1]) : 1;
    double start = 1.0 / (seed + 2);
    double expected = follow(start);

    for (int round = 1; round < ROUNDS; round++) {
        if (follow(start) != expected) {
            printf("chaos %d: round %d ended elsewhere\n", seed, round);
            return 1;
        }
    }
    printf("chaos %d: %d rounds ended at the same place\n", seed, ROUNDS);
    return 0;
}
