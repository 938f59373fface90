/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Restarts are measured by lives of the program `life`.
 */
#include "life.h"
#include "modes.h"

#include <stdio.h>

#define WORDS_MAX 32

/* life WAY [INDEX] ROUNDS MODE..., where the words begin with ROUNDS. */
static void spawn(char *way, char *index, int argc, char **argv)
{
    char *words[WORDS_MAX] = {way};
    int count = 1;

    if (argc < 1 || argc > WORDS_MAX - 2) {
        bench_fail("restart: how many rounds?", argc);
    }
    if (index) {
        words[count++] = index;
    }
    for (int i = 0; i < argc; i++) {
        words[count++] = argv[i];
    }
    bench_spawn("life", LIFE_GROUP, count, words);
}

void mode_restart(int argc, char **argv)
{
    spawn("solo", NULL, argc, argv);
}

static void spawn_members(char *way, int argc, char **argv)
{
    for (unsigned i = 0; i < LIFE_MEMBERS; i++) {
        char index[] = {(char)('0' + i), '\0'};

        spawn(way, index, argc, argv);
    }
}

void mode_group(int argc, char **argv)
{
    spawn_members("group", argc, argv);
}

void mode_site(int argc, char **argv)
{
    spawn_members("site", argc, argv);
}

/* When the first actor of all reached its main(); bench.py knows when the
 * kernel was entered. */
void mode_boot(int argc, char **argv)
{
    struct probe probe;

    if (!probe_read(&probe)) {
        bench_fail("there is no probe in the supervisor", 0);
    }
    printf("value main %llu\n", (unsigned long long)probe.main);
    bench_next(argc, argv);
}
