/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From vectors and error codes to the words of kernel/trap.h.
 */
#include "kernel/trap.h"

#include "arch/arch.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/trap_entry.h"
#include "arch_context.h"
#include "arch_trap.h"
#include "boot/image.h"

#define PLACE(field) offsetof(struct arch_context, registers.field)
_Static_assert(CALL_WHOLE == TRAP_CALL_WHOLE, "");
_Static_assert(PLACE(rcx) == CONTEXT_REGISTERS, "");
_Static_assert(PLACE(r15) == CONTEXT_KEPT, "");
_Static_assert(PLACE(arg) == CONTEXT_ARGS, "");
_Static_assert(PLACE(rip) == CONTEXT_ARGS + CALL_PC, "");
_Static_assert(PLACE(rflags) == CONTEXT_ARGS + CALL_FLAGS, "");
_Static_assert(PLACE(rsp) == CONTEXT_ARGS + CALL_STACK, "");
_Static_assert(PLACE(vector) == CONTEXT_VECTOR, "");
_Static_assert(PLACE(cs) == CONTEXT_CS, "");

/* Bits of a page fault's error code. */
#define PAGE_PRESENT 1u
#define PAGE_WRITE 2u
#define PAGE_FETCH 16u

static const unsigned char kind_of[VECTOR_LINES] = {
    [0] = FAULT_DIVIDE,      [1] = FAULT_BREAKPOINT, [2] = FAULT_MACHINE,
    [3] = FAULT_BREAKPOINT,  [4] = FAULT_OTHER,      [5] = FAULT_OTHER,
    [6] = FAULT_ILLEGAL,     [7] = FAULT_OTHER,      [8] = FAULT_OTHER,
    [9] = FAULT_OTHER,       [10] = FAULT_OTHER,     [11] = FAULT_OTHER,
    [12] = FAULT_PRIVILEGED, [13] = FAULT_PRIVILEGED, [14] = FAULT_PAGE,
    [15] = FAULT_OTHER,      [16] = FAULT_FLOAT,     [17] = FAULT_ALIGNMENT,
    [18] = FAULT_MACHINE,    [19] = FAULT_FLOAT,     [20] = FAULT_OTHER,
    [21] = FAULT_OTHER,      [22] = FAULT_OTHER,     [23] = FAULT_OTHER,
    [24] = FAULT_OTHER,      [25] = FAULT_OTHER,     [26] = FAULT_OTHER,
    [27] = FAULT_OTHER,      [28] = FAULT_OTHER,     [29] = FAULT_OTHER,
    [30] = FAULT_OTHER,      [31] = FAULT_OTHER,
};

static enum fault_access page_access(uint64_t error)
{
    if (error & PAGE_FETCH)
        return FAULT_EXECUTE;
    return error & PAGE_WRITE ? FAULT_WRITE : FAULT_READ;
}

static inline struct fault fault_decode(const struct arch_context *ctx)
{
    struct fault fault = {
        .kind = (enum fault_kind)kind_of[ctx->registers.vector],
        .code = ctx->registers.vector,
    };

    if (ctx->registers.vector == VECTOR_PAGE_FAULT) {
        fault.access = page_access(ctx->registers.error);
        fault.present = (ctx->registers.error & PAGE_PRESENT) != 0;
        fault.address = cr2_read();
    }
    return fault;
}

/* All segments and gates are present; one that is not any more has been
 * damaged, and is not the actor's. */
struct arch_context *trap_from_user(struct arch_context *ctx)
{
    struct fault fault;

    if (ctx->registers.vector >= VECTOR_LINES) {
        trap_interrupt((unsigned)ctx->registers.vector);
        return trap_exit();
    }
    fault = fault_decode(ctx);
    if (ctx->registers.vector == VECTOR_ABSENT)
        trap_kernel_fault(ctx, &fault);
    return trap_fault(ctx, &fault);
}

/* A push onto the guard page below the kernel's stack faults, and storing
 * that fault there faults again. */
static bool stack_is_full(const struct arch_context *ctx)
{
    return ctx->registers.vector == VECTOR_DOUBLE_FAULT &&
           cr2_read() >= (uintptr_t)kernel_stack_guard &&
           cr2_read() < (uintptr_t)kernel_stack;
}

void trap_from_kernel(struct arch_context *ctx)
{
    struct fault fault;

    if (ctx->registers.vector >= VECTOR_LINES) {
        trap_interrupt((unsigned)ctx->registers.vector);
        return;
    }
    fault = fault_decode(ctx);
    if (stack_is_full(ctx))
        fault.kind = FAULT_STACK;
    trap_kernel_fault(ctx, &fault);
}
