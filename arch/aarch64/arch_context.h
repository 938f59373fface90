/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The user-mode registers of a thread, in the order in which entry.S stores
 * them.
 *
 * A system call stores x0 to x17 and x30.  x18 to x29 C functions of the
 * kernel leave as they are: they stay in the processor, and get here when the
 * thread is left for another.  So do sp and tls, which the kernel does not
 * use.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

#define ARCH_FPU_SIZE 528 /* q0-q31, FPSR, FPCR */

struct arch_registers {
    uint64_t x[31];
    uint64_t sp, pc, psr;
    uint64_t esr, far, vector;
    uint64_t tls; /* TPIDR_EL0, an actor's to use */
};

struct arch_context {
    uint8_t fpu[ARCH_FPU_SIZE] __attribute__((aligned(16)));
    struct arch_registers registers;
};

/* The stack pointer that a trap stores through is kept aligned. */
_Static_assert(sizeof(struct arch_context) % 16 == 0,
               "a trap would store beside the context");

static inline uint64_t arch_context_call(const struct arch_context *ctx)
{
    return ctx->registers.x[8];
}

static inline const uint64_t *arch_context_args(const struct arch_context *ctx)
{
    return ctx->registers.x;
}

static inline void arch_context_set_result(struct arch_context *ctx,
                                           long result)
{
    ctx->registers.x[0] = (uint64_t)result;
}

#endif
