/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The user-mode registers of a thread, in the order in which a trap stores
 * them, from the highest address down: first the processor, then entry.S.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

#define ARCH_FPU_SIZE 512 /* FXSAVE: x87 and SSE */

struct arch_registers {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
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

#endif
