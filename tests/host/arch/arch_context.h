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

#endif
