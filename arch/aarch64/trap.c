/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From vectors and syndromes to the words of kernel/trap.h.
 */
#include "kernel/trap.h"

#include "arch/aarch64/trap_entry.h"
#include "arch/arch.h"
#include "arch_context.h"
#include "arch_trap.h"
#include "boot/image.h"

_Static_assert(CALL_WHOLE == TRAP_CALL_WHOLE, "");
_Static_assert(offsetof(struct arch_context, registers) == CONTEXT_REGISTERS,
               "");
#define STORED(field) offsetof(struct arch_registers, field)
_Static_assert(STORED(sp) == CONTEXT_SP, "");
_Static_assert(STORED(pc) == CONTEXT_PC, "");
_Static_assert(STORED(esr) == CONTEXT_ESR, "");
_Static_assert(STORED(vector) == CONTEXT_VECTOR, "");
_Static_assert(sizeof(struct arch_context) ==
               CONTEXT_REGISTERS + CONTEXT_SIZE, "");

/* Bits of a data abort's syndrome, and its status in four-step groups: the
 * last two bits are the level of the table where the walk ended. */
#define ABORT_WRITE (1u << 6)
#define ABORT_CACHE_OPERATION (1u << 8)
#define ABORT_STATUS 0x3fu
#define STATUS_GROUP(status) ((status) >> 2)
#define GROUP_ADDRESS_SIZE 0
#define GROUP_TRANSLATION 1
#define GROUP_ACCESS_FLAG 2
#define GROUP_PERMISSION 3
#define STATUS_ALIGNMENT 0x21

#define BREAKPOINT_NUMBER 0xffffu
#define TRAP_OF_GCC 1000
#define TRAP_OF_CLANG 1

static unsigned class_of(const struct arch_context *ctx)
{
    return (unsigned)(ctx->registers.esr >> ESR_CLASS_SHIFT & 0x3f);
}

static void abort_decode(const struct arch_context *ctx, struct fault *fault)
{
    unsigned status = (unsigned)ctx->registers.esr & ABORT_STATUS;
    unsigned class = class_of(ctx);
    uint64_t write = ctx->registers.esr & (ABORT_WRITE | ABORT_CACHE_OPERATION);

    if (status == STATUS_ALIGNMENT) {
        fault->kind = FAULT_ALIGNMENT;
        return;
    }
    if (STATUS_GROUP(status) > GROUP_PERMISSION) {
        fault->kind = FAULT_MACHINE; /* the memory's own error */
        return;
    }
    fault->kind = FAULT_PAGE;
    fault->access = write == ABORT_WRITE ? FAULT_WRITE : FAULT_READ;
    if (class == ESR_CLASS_FETCH_USER || class == ESR_CLASS_FETCH)
        fault->access = FAULT_EXECUTE;
    fault->present = STATUS_GROUP(status) >= GROUP_ACCESS_FLAG;
    fault->address = ctx->registers.far;
}

/* Compilers write these where a program cannot go on, as they write an
 * instruction that is none on other processors: a debugger's have others. */
static bool is_compilers_trap(const struct arch_context *ctx)
{
    uint64_t number = ctx->registers.esr & BREAKPOINT_NUMBER;

    return class_of(ctx) == ESR_CLASS_BREAKPOINT_LAST &&
           (number == TRAP_OF_GCC || number == TRAP_OF_CLANG);
}

static enum fault_kind kind_of(unsigned class)
{
    if (class >= ESR_CLASS_BREAKPOINT_FIRST &&
        class <= ESR_CLASS_BREAKPOINT_LAST)
        return FAULT_BREAKPOINT;
    switch (class) {
    case ESR_CLASS_UNKNOWN:
    case ESR_CLASS_ILLEGAL_STATE:
        return FAULT_ILLEGAL;
    case ESR_CLASS_SYSTEM:
        return FAULT_PRIVILEGED;
    case ESR_CLASS_PC_ALIGNMENT:
    case ESR_CLASS_SP_ALIGNMENT:
        return FAULT_ALIGNMENT;
    case ESR_CLASS_FLOAT:
        return FAULT_FLOAT;
    default:
        return FAULT_OTHER;
    }
}

static inline struct fault fault_decode(const struct arch_context *ctx)
{
    struct fault fault = {.kind = FAULT_MACHINE, .code = class_of(ctx)};

    if (ctx->registers.vector == VECTOR_SERROR ||
        ctx->registers.vector == VECTOR_FIQ)
        return fault;
    switch (class_of(ctx)) {
    case ESR_CLASS_FETCH_USER:
    case ESR_CLASS_FETCH:
    case ESR_CLASS_DATA_USER:
    case ESR_CLASS_DATA:
        abort_decode(ctx, &fault);
        break;
    default:
        fault.kind = is_compilers_trap(ctx) ? FAULT_ILLEGAL
                                            : kind_of(class_of(ctx));
    }
    return fault;
}

static bool is_interrupt(const struct arch_context *ctx)
{
    return ctx->registers.vector == VECTOR_IRQ;
}

struct arch_context *trap_from_user(struct arch_context *ctx)
{
    struct fault fault;

    if (is_interrupt(ctx)) {
        trap_interrupt((unsigned)ctx->registers.vector);
        return trap_exit();
    }
    if (ctx->registers.vector == VECTOR_SYNC &&
        class_of(ctx) == ESR_CLASS_FPU_CLOSED) {
        context_fpu_wanted(ctx);
        return ctx;
    }
    fault = fault_decode(ctx);
    if (ctx->registers.vector == VECTOR_FIQ)
        trap_kernel_fault(ctx, &fault); /* it is not the actor's */
    return trap_fault(ctx, &fault);
}

/* A push onto the guard page below the kernel's stack. */
static bool stack_is_full(const struct fault *fault)
{
    return fault->kind == FAULT_PAGE &&
           fault->address >= (uintptr_t)kernel_stack_guard &&
           fault->address < (uintptr_t)kernel_stack;
}

void trap_from_kernel(struct arch_context *ctx)
{
    struct fault fault;

    if (is_interrupt(ctx)) {
        trap_interrupt((unsigned)ctx->registers.vector);
        return;
    }
    fault = fault_decode(ctx);
    if (stack_is_full(&fault))
        fault.kind = FAULT_STACK;
    trap_kernel_fault(ctx, &fault);
}
