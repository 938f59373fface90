/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names for addresses, and the walk from frame to frame up a stack.
 */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include "arch/arch.h"

/* Finds the kernel function that holds address.  False: there is none. */
bool symbols_find(uint64_t address, const char **name, uint64_t *offset);

/* Reads the frame record {caller's frame pointer, return address} at fp.
 * False: it cannot be read. */
typedef bool symbols_reader(uint64_t fp, uint64_t record[2]);

/* Walks up the stack from the frame at fp: calls visit(pc) for each caller,
 * innermost first, BACKTRACE_MAX - 1 of them at most. */
void symbols_walk(uint64_t fp, symbols_reader *read,
                  void (*visit)(uint64_t pc));

#endif
