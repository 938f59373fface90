/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Single instructions of the processor, for arch/aarch64 and the drivers of
 * its machines.
 */
#ifndef ARCH_AARCH64_CPU_H
#define ARCH_AARCH64_CPU_H

#include <stddef.h>
#include <stdint.h>

/* Defines name_read() and name_write() for a system register. */
#define CPU_UNUSED __attribute__((unused)) /* both, seldom both needed */
#define CPU_REGISTER(name, reg)                                                \
    CPU_UNUSED static inline uint64_t name##_read(void)                        \
    {                                                                          \
        uint64_t value;                                                        \
                                                                               \
        __asm__ volatile("mrs %0, " reg : "=r"(value));                        \
        return value;                                                          \
    }                                                                          \
    CPU_UNUSED static inline void name##_write(uint64_t value)                 \
    {                                                                          \
        __asm__ volatile("msr " reg ", %0; isb" : : "r"(value) : "memory");    \
    }

CPU_REGISTER(cntkctl, "cntkctl_el1")
CPU_REGISTER(cntfrq, "cntfrq_el0")
CPU_REGISTER(cntv_ctl, "cntv_ctl_el0")
CPU_REGISTER(cntv_cval, "cntv_cval_el0")
CPU_REGISTER(cache_type, "ctr_el0")
CPU_REGISTER(cpacr, "cpacr_el1")
CPU_REGISTER(features_debug, "id_aa64dfr0_el1")
CPU_REGISTER(features_isa0, "id_aa64isar0_el1")
CPU_REGISTER(features_memory1, "id_aa64mmfr1_el1")
CPU_REGISTER(mdscr, "mdscr_el1")
CPU_REGISTER(mpidr, "mpidr_el1")
CPU_REGISTER(pmccfiltr, "pmccfiltr_el0")
CPU_REGISTER(pmccntr, "pmccntr_el0")
CPU_REGISTER(pmcntenset, "pmcntenset_el0")
CPU_REGISTER(pmcr, "pmcr_el0")
CPU_REGISTER(pmuserenr, "pmuserenr_el0")
CPU_REGISTER(sctlr, "sctlr_el1")
CPU_REGISTER(ttbr0, "ttbr0_el1")
CPU_REGISTER(ttbr1, "ttbr1_el1")
CPU_REGISTER(vbar, "vbar_el1")

/* The same without a barrier: a return to user mode is one. */
#define CPU_USER_REGISTER(name, reg)                                           \
    CPU_UNUSED static inline uint64_t name##_read(void)                        \
    {                                                                          \
        uint64_t value;                                                        \
                                                                               \
        __asm__ volatile("mrs %0, " reg : "=r"(value));                        \
        return value;                                                          \
    }                                                                          \
    CPU_UNUSED static inline void name##_write(uint64_t value)                 \
    {                                                                          \
        __asm__ volatile("msr " reg ", %0" : : "r"(value));                    \
    }

CPU_USER_REGISTER(user_sp, "sp_el0")
CPU_USER_REGISTER(user_tls, "tpidr_el0")

static inline void cpu_barrier(void)
{
    __asm__ volatile("dsb sy; isb" : : : "memory");
}

/* Makes the early map the map of low addresses again: for the end of a
 * kernel, whenever it comes (processor.c). */
void cpu_early_map(void);

/* Cleans and invalidates every cache, level by level: for the moment before
 * a reset, when nothing else runs (memory.S). */
void cpu_cache_clean_all(void);

#endif
