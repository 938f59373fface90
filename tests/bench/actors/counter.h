/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The processor's counter, read in user mode and not before what stands before
 * it.  Under QEMU's -icount shift=0 it counts instructions: clock.c looks.
 */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include <stdint.h>

#if defined(__x86_64__)

static inline uint64_t counter_read(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/* 2 n + 1 instructions. */
static inline void counter_loop(uint64_t n)
{
    __asm__ volatile("mov %0, %%rcx; 1: dec %%rcx; jnz 1b"
                     :
                     : "r"(n)
                     : "rcx", "cc");
}

#elif defined(__aarch64__)

static inline uint64_t counter_read(void)
{
    uint64_t value;

    __asm__ volatile("isb; mrs %0, pmccntr_el0" : "=r"(value) : : "memory");
    return value;
}

static inline void counter_loop(uint64_t n)
{
    __asm__ volatile("mov x9, %0; 1: subs x9, x9, #1; b.ne 1b"
                     :
                     : "r"(n)
                     : "x9", "cc");
}

#else
#error "no counter for this processor"
#endif

#endif
