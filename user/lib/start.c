/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the kernel's entry to main(), and from its end to actorExit().
 * Nothing is cleared here: the kernel gives every life fresh data.
 */
#include <stdlib.h>
#include <unistd.h>

#include <reprise.h>

#include "lib.h"

typedef void (*constructor)(void);

extern const constructor __init_array_start[], __init_array_end[];
extern char **environ;

int main(int argc, char **argv, char **envp);

void actor_start(int argc, char **argv, char **envp)
{
    environ = envp;
    for (const constructor *c = __init_array_start; c < __init_array_end; c++)
        (*c)();
    exit(main(argc, argv, envp));
}

void _exit(int status)
{
    for (;;)
        actorExit(status);
}
