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

/* Whether the last word of that name is name=value. */
bool cmdline_is(const char *name, const char *value);

/* Whether there is a word of that name. */
bool cmdline_has(const char *name);

/* Names on the console the words that look like the kernel's and mean nothing
 * to it: when all have asked for theirs, but for test.* and sys.*, which are
 * asked for later. */
void cmdline_check(void);

#endif
