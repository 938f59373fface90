/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Commands: what one is, how a line becomes one, and how one complains.
 */
#ifndef INIT_SHELL_H
#define INIT_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include <kernel/abi.h>

#include "parse.h"

struct command {
    const char *name; /* first member: parse_suggest() reads it */
    const char *args; /* as help prints them */
    const char *help; /* one line */
    void (*run)(int argc, char **argv);
};

/* Every command, in the order of help (commands.c). */
extern const struct command shell_commands[];
extern const size_t shell_command_count;

/* Sets what complaints begin with, such as "sysadm.ini:3: "; "" for none. */
void shell_place(const char *place);

/* Prints one line about what is wrong and, where it helps, what is allowed.
 * It begins with the place and the running command. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* Complains that the arguments do not fit the running command. */
void complain_usage(void);

/* Complains if a command that takes no arguments was given some. */
bool no_arguments(int argc);

/* Splits a line, in place; complains and returns false if that fails. */
bool shell_split(char *line, struct words *words);

/* Runs the command that the words make; complains if there is none. */
void shell_run(struct words *words);

/* The command of that name, or NULL after a complaint. */
const struct command *shell_find(const char *name);

/* The commands, by the file that has them. */
void command_arun(int argc, char **argv); /* actors.c */
void command_akill(int argc, char **argv);
void command_aps(int argc, char **argv); /* aps.c */
void command_sup(int argc, char **argv);
void command_crashlog(int argc, char **argv);
void command_start(int argc, char **argv); /* control.c */
void command_stop(int argc, char **argv);
void command_restart(int argc, char **argv);
void command_shutdown(int argc, char **argv);
void command_fault(int argc, char **argv); /* fault.c */
void command_maps(int argc, char **argv);  /* maps.c */
void command_pmm(int argc, char **argv);   /* blocks.c */
void command_quota(int argc, char **argv); /* quota.c */
void command_retention(int argc, char **argv); /* retention.c */

/* The list of actors, valid until the next call, and how many it has. */
int actors_get(const KnActorInfo **list);

/* The actor that a word means, by aid or by name; NULL after a complaint. */
const KnActorInfo *actor_of_word(const char *word);

/* Reads the number of a group, or complains. */
bool group_of_word(const char *word, int *gid);

/* Says what was done to an actor, or why it could not be (control.c). */
void actor_did(const KnActorInfo *info, int result, const char *what);

/* A state of an actor in a word. */
const char *state_words(int state);

/* Says whether the words are an arun that makes a restartable actor. */
bool arun_restartable(const struct words *words);

/* Runs the archive's sysadm.ini, line by line (sysadm.c). */
void sysadm_run(void);

#endif
