/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The user-mode registers of a thread, in the order in which a trap stores
 * them, from the highest address down: first the processor, then entry.S.
 *
 * A system call stores those down to arg.  The next six C functions leave as
 * they are: they stay in the processor, and get here when the thread is left
 * for another.  The last two the call itself overwrites.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

#define ARCH_FPU_SIZE 512 /* FXSAVE: x87 and SSE */

struct arch_registers {
    uint64_t rcx, r11;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    uint64_t arg[6]; /* rdi rsi rdx r10 r8 r9 */
    uint64_t rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

struct arch_context {
    uint8_t fpu[ARCH_FPU_SIZE] __attribute__((aligned(16)));
    struct arch_registers registers;
};

/* The processor aligns the stack that it stores to: the end must be so. */
_Static_assert(sizeof(struct arch_context) % 16 == 0,
               "a trap would store beside the context");

static inline uint64_t arch_context_call(const struct arch_context *ctx)
{
    return ctx->registers.rax;
}

/* rcx, the fourth argument's register, is taken by the instruction itself. */
static inline const uint64_t *arch_context_args(const struct arch_context *ctx)
{
    return ctx->registers.arg;
}

static inline void arch_context_set_result(struct arch_context *ctx,
                                           long result)
{
    ctx->registers.rax = (uint64_t)result;
}

#endif
