/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The registers of a thread: the only place that knows which one holds what.
 */
#include "arch_context.h"

#include "arch/arch.h"
#include "arch/x86_64/tables.h"
#include "arch_trap.h"
#include "boot/image.h"
#include "kernel/string.h"

#define FLAGS_START 0x202 /* interrupts on; the other is always set */

/* Offsets and start values in the FXSAVE area. */
#define FPU_CONTROL 0
#define FPU_CONTROL_START 0x037f
#define FPU_MXCSR 24
#define FPU_MXCSR_START 0x1f80

/* The context whose last registers are still in the processor: entry.S puts
 * them there on the way out.  NULL: that of the thread that goes on. */
struct arch_context *entry_left;

/* What it is when that thread is no more. */
static struct arch_context nobody;

void arch_context_init(struct arch_context *ctx, uaddr_t entry, uaddr_t stack)
{
    uint16_t control = FPU_CONTROL_START;
    uint32_t mxcsr = FPU_MXCSR_START;

    if (entry_left == ctx)
        entry_left = &nobody;
    memset(ctx, 0, sizeof(*ctx));
    memcpy(ctx->fpu + FPU_CONTROL, &control, sizeof(control));
    memcpy(ctx->fpu + FPU_MXCSR, &mxcsr, sizeof(mxcsr));
    ctx->registers.rip = entry.raw;
    ctx->registers.cs = USER_CODE;
    ctx->registers.rflags = FLAGS_START;
    /* As after a call: a C function counts on 16 bytes, less the return
     * address, and stores SSE registers so. */
    ctx->registers.rsp = (stack.raw & ~15ull) - sizeof(uint64_t);
    ctx->registers.ss = USER_DATA;
}

void arch_context_set_args(struct arch_context *ctx, const uint64_t args[3])
{
    memcpy(ctx->registers.arg, args, 3 * sizeof(*args));
}

void arch_context_switch(struct arch_context *prev, struct arch_context *next)
{
    if (prev != NULL)
        __asm__ volatile("fxsave64 %0" : "=m"(prev->fpu));
    __asm__ volatile("fxrstor64 %0" : : "m"(next->fpu));
    if (entry_left == NULL) /* else: not the first switch since the trap */
        entry_left = prev != NULL ? prev : &nobody;
    cpu_tss.rsp0 = (uintptr_t)(next + 1);
}

struct arch_place arch_context_place(const struct arch_context *ctx)
{
    const struct arch_registers *r = &ctx->registers;

    return (struct arch_place){r->rip, r->rsp, r->rbp};
}

__attribute__((noinline)) struct arch_place arch_place_here(void)
{
    const uint64_t *frame = __builtin_frame_address(0);

    return (struct arch_place){frame[1], (uintptr_t)frame, frame[0]};
}

#define CALL_SIZE 5 /* with the distance from its end */
#define CALL_OPCODE 0xe8

uint64_t arch_context_return(const struct arch_context *ctx, uint64_t function)
{
    uint64_t sp = ctx->registers.rsp, back;
    const unsigned char *call;
    int32_t distance;

    if (sp < (uintptr_t)kernel_stack || sp >= (uintptr_t)kernel_stack_top)
        return 0;
    memcpy(&back, (const void *)sp, sizeof(back));
    if (back < (uintptr_t)image_start + CALL_SIZE ||
        back >= (uintptr_t)text_end)
        return 0;
    call = (const unsigned char *)(back - CALL_SIZE);
    memcpy(&distance, call + 1, sizeof(distance));
    if (call[0] != CALL_OPCODE || back + (uint64_t)distance != function)
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
    print("  rip %016lx  rsp %016lx  rflags %lx\n", r->rip, r->rsp,
          r->rflags);
    print("  rax %016lx  rbx %016lx  rcx %016lx\n", r->rax, r->rbx,
          r->rcx);
    print("  rdx %016lx  rsi %016lx  rdi %016lx\n", r->arg[2], r->arg[1],
          r->arg[0]);
    print("  rbp %016lx  r8  %016lx  r9  %016lx\n", r->rbp, r->arg[4],
          r->arg[5]);
    print("  r10 %016lx  r11 %016lx  r12 %016lx\n", r->arg[3], r->r11,
          r->r12);
    print("  r13 %016lx  r14 %016lx  r15 %016lx\n", r->r13, r->r14,
          r->r15);
    print("  vector %lu  error %lx\n", r->vector, r->error);
}
