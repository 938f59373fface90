/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registers of a thread: the only place that knows which one holds what.
 */
#include "arch_context.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/trap_entry.h"
#include "arch/arch.h"
#include "arch_trap.h"
#include "boot/image.h"
#include "kernel/string.h"

#define REGISTER_FRAME 29
#define REGISTER_LINK 30

/* Floating-point instructions: for the kernel alone, or for actors, too. */
#define CPACR_CLOSED 0x100000
#define CPACR_OPEN 0x300000

/* The context whose last registers are still in the processor: entry.S puts
 * them there on the way out.  NULL: that of the thread that goes on. */
struct arch_context *entry_left;

/* What it is when that thread is no more. */
static struct arch_context nobody;

/* Few threads use the floating-point registers in each turn, and to save and
 * load them costs as much as all else: they stay where they are until another
 * thread wants them, which traps. */
static struct {
    struct arch_context *owner; /* of what is in them; NULL: nobody */
    bool closed; /* to actors; else the current one is the owner, or nobody */
} fpu;

static void fpu_set_closed(bool closed)
{
    if (fpu.closed == closed)
        return;
    fpu.closed = closed;
    cpacr_write(closed ? CPACR_CLOSED : CPACR_OPEN);
}

void context_fpu_wanted(struct arch_context *ctx)
{
    if (fpu.owner != NULL)
        entry_fpu_save(fpu.owner->fpu);
    entry_fpu_load(ctx->fpu);
    fpu.owner = ctx;
    fpu_set_closed(false);
}

void arch_context_init(struct arch_context *ctx, uaddr_t entry, uaddr_t stack)
{
    if (entry_left == ctx)
        entry_left = &nobody;
    if (fpu.owner == ctx)
        fpu.owner = NULL;
    memset(ctx, 0, sizeof(*ctx));
    ctx->registers.pc = entry.raw;
    ctx->registers.sp = stack.raw & ~15ull;
    ctx->registers.psr = PSR_USER;
}

void arch_context_set_args(struct arch_context *ctx, const uint64_t args[3])
{
    memcpy(ctx->registers.x, args, 3 * sizeof(*args));
}

void arch_context_switch(struct arch_context *prev, struct arch_context *next)
{
    fpu_set_closed(fpu.owner != next);
    if (prev != NULL) {
        prev->registers.sp = user_sp_read();
        prev->registers.tls = user_tls_read();
    }
    user_sp_write(next->registers.sp);
    user_tls_write(next->registers.tls);
    if (entry_left == NULL) /* else: not the first switch since the trap */
        entry_left = prev != NULL ? prev : &nobody;
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

#define CALL_SIZE sizeof(uint32_t)
#define CALL_OPCODE 0x25u      /* in the uppermost six bits ... */
#define CALL_DISTANCE_BITS 26  /* ... of which these words lie below */

uint64_t arch_context_return(const struct arch_context *ctx, uint64_t function)
{
    uint64_t back = ctx->registers.x[REGISTER_LINK];
    uint32_t call, distance;

    if (back < (uintptr_t)image_start + CALL_SIZE ||
        back >= (uintptr_t)text_end || back % CALL_SIZE != 0)
        return 0;
    call = *(const uint32_t *)(back - CALL_SIZE);
    distance = (uint32_t)((function - back) / CALL_SIZE + 1);
    if (call >> CALL_DISTANCE_BITS != CALL_OPCODE ||
        (call ^ distance) << (32 - CALL_DISTANCE_BITS) != 0)
        return 0;
    return back;
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
