/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registers of a thread of the fake machine.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

struct arch_registers {
    uint64_t pc, sp, fp;
};

struct arch_context {
    struct arch_registers registers;
    uint64_t args[6], call;
    long result;
};

static inline void arch_context_set_result(struct arch_context *ctx,
                                           long result)
{
    ctx->result = result;
}

static inline uint64_t arch_context_call(const struct arch_context *ctx)
{
    return ctx->call;
}

static inline const uint64_t *arch_context_args(const struct arch_context *ctx)
{
    return ctx->args;
}

#endif
