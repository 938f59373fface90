/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What entry.S calls and defines.
 */
#ifndef ARCH_X86_64_TRAP_ENTRY_H
#define ARCH_X86_64_TRAP_ENTRY_H

#include "arch/arch.h"

/* 256 stubs, 16 bytes apart. */
extern const char entry_vectors[];
extern const char entry_syscall[];

/* Returns what to resume. */
struct arch_context *trap_from_user(struct arch_context *ctx);

/* Returns after an interrupt only. */
void trap_from_kernel(struct arch_context *ctx);

#endif
