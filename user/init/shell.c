/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From a line to a command.
 */
#include "shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
    char place[32];
    const struct command *running; /* NULL: none yet */
} shell;

void shell_place(const char *place)
{
    snprintf(shell.place, sizeof(shell.place), "%s", place);
}

void complain(const char *format, ...)
{
    va_list args;

    printf("%s", shell.place);
    if (shell.running) {
        printf("%s: ", shell.running->name);
    }
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

void complain_usage(void)
{
    const struct command *command = shell.running;

    complain("usage: %s %s", command->name, command->args);
}

bool no_arguments(int argc)
{
    if (argc != 1) {
        complain("takes no arguments");
    }
    return argc == 1;
}

bool shell_split(char *line, struct words *words)
{
    switch (parse_split(line, words)) {
    case PARSE_OK:
        return true;
    case PARSE_QUOTE_OPEN:
        complain("a quote is not closed");
        return false;
    case PARSE_TOO_MANY:
        complain("more than %d words", PARSE_WORDS_MAX);
        return false;
    }
    return false;
}

const struct command *shell_find(const char *name)
{
    const char *near;

    for (size_t i = 0; i < shell_command_count; i++) {
        if (strcmp(shell_commands[i].name, name) == 0) {
            return &shell_commands[i];
        }
    }
    near = parse_suggest(name, shell_commands, sizeof(shell_commands[0]),
                         shell_command_count);
    if (near) {
        complain("unknown command \"%s\" (did you mean \"%s\"?)", name, near);
    } else {
        complain("unknown command \"%s\" (help lists them)", name);
    }
    return NULL;
}

void shell_run(struct words *words)
{
    const struct command *command;

    if (words->count == 0) {
        return;
    }
    command = shell_find(words->word[0]);
    if (command) {
        shell.running = command;
        command->run(words->count, words->word);
        shell.running = NULL;
    }
}
