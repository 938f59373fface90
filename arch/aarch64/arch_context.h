/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The user-mode registers of a thread, in the order in which entry.S stores
 * them.
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

#endif
