/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What entry.S calls and defines.
 */
#ifndef ARCH_AARCH64_TRAP_ENTRY_H
#define ARCH_AARCH64_TRAP_ENTRY_H

#include "arch/arch.h"

/* Sixteen vectors, 128 bytes apart. */
extern const char entry_vectors[];

/* The same for an instruction that only an emulator knows: elsewhere it ends
 * there, asleep (boot/aarch64/start.S).  All else must be masked. */
extern const char entry_halt_vectors[];

/* The floating-point registers to memory, and back. */
void entry_fpu_save(uint8_t *fpu);
void entry_fpu_load(const uint8_t *fpu);

/* The running thread, ctx, wants the floating-point registers (context.c). */
void context_fpu_wanted(struct arch_context *ctx);

/* Returns what to resume. */
struct arch_context *trap_from_user(struct arch_context *ctx);

/* Returns after an interrupt only. */
void trap_from_kernel(struct arch_context *ctx);

#endif
