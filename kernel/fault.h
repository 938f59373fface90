/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in words.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "kernel/actor.h"
#include "kernel/trap.h"

/* Writes the fault in words: what, and for a page fault where that is among
 * the regions of space (NULL: the kernel). */
void fault_describe(const struct fault *fault, const struct aspace *space,
                    char *text, size_t size);

/* Reports a fault of the running thread on the console: words, place,
 * registers, backtrace. */
void fault_report(const struct thread *thread, const char *words);

/* Reports where the kernel was: ctx, or NULL for the caller itself. */
void fault_report_kernel(const struct arch_context *ctx);

#endif
