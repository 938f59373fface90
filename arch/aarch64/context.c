/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registers of a thread: the only place that knows which one holds what.
 */
#include "arch_context.h"

#include "arch/aarch64/trap_entry.h"
#include "arch/arch.h"
#include "arch_trap.h"
#include "kernel/string.h"

#define REGISTER_FRAME 29
#define REGISTER_CALL 8

void arch_context_init(struct arch_context *ctx, uaddr_t entry, uaddr_t stack)
{
    memset(ctx, 0, sizeof(*ctx));
    ctx->registers.pc = entry.raw;
    ctx->registers.sp = stack.raw & ~15ull;
    ctx->registers.psr = PSR_USER;
}

void arch_context_set_args(struct arch_context *ctx, const uint64_t args[3])
{
    memcpy(ctx->registers.x, args, 3 * sizeof(*args));
}

void arch_context_set_result(struct arch_context *ctx, long result)
{
    ctx->registers.x[0] = (uint64_t)result;
}

uint64_t arch_context_get_call(const struct arch_context *ctx, uint64_t args[6])
{
    memcpy(args, ctx->registers.x, 6 * sizeof(*args));
    return ctx->registers.x[REGISTER_CALL];
}

void arch_context_switch(struct arch_context *prev, struct arch_context *next)
{
    if (prev != NULL)
        entry_fpu_save(prev->fpu);
    entry_fpu_load(next->fpu);
}

struct arch_place arch_context_place(const struct arch_context *ctx)
{
    const struct arch_registers *r = &ctx->registers;

    return (struct arch_place){r->pc, r->sp, r->x[REGISTER_FRAME]};
}

__attribute__((noinline)) struct arch_place arch_place_here(void)
{
    const uint64_t *frame = __builtin_frame_address(0);

    return (struct arch_place){frame[1], (uintptr_t)frame, frame[0]};
}

const struct arch_registers *arch_context_registers(
    const struct arch_context *ctx)
{
    return &ctx->registers;
}

void arch_registers_print(const struct arch_registers *r,
                          void (*print)(const char *format, ...))
{
    print("  pc  %016lx  sp  %016lx  pstate %lx\n", r->pc, r->sp,
          r->psr);
    for (unsigned i = 0; i < 30; i += 3)
        print("  x%-2u %016lx  x%-2u %016lx  x%-2u %016lx\n", i, r->x[i],
              i + 1, r->x[i + 1], i + 2, r->x[i + 2]);
    print("  x30 %016lx  far %016lx\n", r->x[30], r->far);
    print("  vector %lu  syndrome %lx\n", r->vector, r->esr);
}
