/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every pointer of every call: functions that make the call with everything
 * right but that one pointer.
 */
#ifndef BADARGS_PROBES_H
#define BADARGS_PROBES_H

#include <chorus.h>
#include <stdbool.h>

/* A call with everything right but one pointer. */
struct probe {
    const char *name;
    int (*call)(void *pointer);
    bool null_allowed;
    bool writes;
};

#define PROBES_ANYBODY 48
#define PROBES_TRUSTED 10

/* Calls that every actor may make, and those of trusted actors only. */
extern const struct probe probes_anybody[PROBES_ANYBODY];
extern const struct probe probes_trusted[PROBES_TRUSTED];

#endif
