/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's command line: words of the form name=value.
 */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number of name=number, decimal or 0x..., with K, M or G behind it for
 * sizes.  Not there: otherwise.  There but no number, or outside [low, high]:
 * otherwise, after a line on the console that says so. */
struct cmdline_number {
    const char *name;
    uint64_t otherwise, low, high;
};
uint64_t cmdline_number(const struct cmdline_number *wanted);

/* True if the word name=value stands on it. */
bool cmdline_is(const char *name, const char *value);

#endif
