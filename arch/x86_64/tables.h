/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The processor's tables that the rest of this folder needs.
 */
#ifndef ARCH_X86_64_TABLES_H
#define ARCH_X86_64_TABLES_H

#include <stdint.h>

struct task_state {
    uint32_t reserved0;
    uint64_t rsp0; /* end of the current context */
    uint64_t rsp1, rsp2, reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed));

extern struct task_state cpu_tss;

/* Loads descriptors, task state and interrupt vectors. */
void tables_load(void);

#endif
