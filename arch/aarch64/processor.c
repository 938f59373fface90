/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The processor: its protections, its sleep, its page-table root.
 */
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/tables.h"
#include "arch/arch.h"
#include "arch_trap.h"
#include "kernel/format.h"
#include "kernel/string.h"

/* Fields of the feature registers, four bits each. */
#define FEATURE_PAN_SHIFT 20
#define FEATURE_RANDOM_SHIFT 60
#define FEATURE_CRC_SHIFT 16
#define CACHE_DATA_LINE_SHIFT 16

#define DEBUG_COUNTERS_SHIFT 8
#define NO_COUNTERS 15 /* or 0: none that we know how to use */

/* The counter of cycles, for EL1 and EL0. */
#define PMCR_ON 0x41 /* enabled, 64 bits; it is not cleared */
#define PMCNTEN_CYCLES (1u << 31)
#define PMUSERENR_CYCLES 4

#define SCTLR_WXN (1u << 19)

#define RANDOM_TRIES 10

extern const pte_t early_root[]; /* boot/aarch64/start.S */

/* Read by arch_user_*(): the register PAN exists. */
unsigned char cpu_has_pan;

/* Read by arch_has_crc(). */
unsigned char cpu_has_crc;

static struct {
    bool has_random;
    uint64_t random_state;
    size_t line_size;    /* of the data caches, the smallest */
    uint64_t kernel_root; /* whose lower half is empty */
} cpu;

static bool has_feature(uint64_t features, unsigned shift)
{
    return (features >> shift & 15) != 0;
}

static bool has_counters(void)
{
    unsigned kind = features_debug_read() >> DEBUG_COUNTERS_SHIFT & 15;

    return kind != 0 && kind != NO_COUNTERS;
}

void arch_find(void)
{
    tables_load();
    cpu_has_crc = has_feature(features_isa0_read(), FEATURE_CRC_SHIFT);
}

void arch_init(void)
{
    cpu_has_pan = has_feature(features_memory1_read(), FEATURE_PAN_SHIFT);
    cpu.has_random = has_feature(features_isa0_read(), FEATURE_RANDOM_SHIFT);
    cpu.line_size = 4u << (cache_type_read() >> CACHE_DATA_LINE_SHIFT & 15);
    cntkctl_write(0); /* no counters for EL0 */
    if (has_counters())
        pmuserenr_write(0);
    mdscr_write(0);
    if (cpu_has_pan) {
        sctlr_write(sctlr_read() & ~(uint64_t)SCTLR_SPAN);
        __asm__ volatile(".inst 0xd500419f"); /* msr pan, #1 */
    }
    __asm__ volatile("msr daifclr, #4"); /* an error of the hardware is told */
    arch_unmaskable_again();
}

void arch_describe(char *line, size_t size)
{
    format_text(line, size, "protections: PXN UXN%s%s",
                sctlr_read() & SCTLR_WXN ? " WXN" : "",
                cpu_has_pan ? " PAN" : "");
}

void arch_idle(void)
{
    __asm__ volatile("dsb sy; wfi; msr daifclr, #2; isb; msr daifset, #2"
                     :
                     :
                     : "memory");
}

/* A fast interrupt masks the next one. */
void arch_unmaskable_again(void)
{
    __asm__ volatile("dsb sy; isb; msr daifclr, #1");
}

void arch_halt(void)
{
    for (;;)
        __asm__ volatile("msr daifset, #15; wfi");
}

/* Vectors where nothing is mapped: each exception is the next one's cause. */
void arch_wreck(void)
{
    vbar_write(0);
    __asm__ volatile("isb; udf #0");
    arch_halt();
}

void arch_stray(void)
{
    __asm__ volatile("mov sp, %0; str %0, [sp]" : : "r"(-16ull));
    arch_halt();
}

uint64_t arch_random(void)
{
    uint64_t value = 0, failed = 1;

    for (int i = 0; cpu.has_random && failed && i < RANDOM_TRIES; i++)
        __asm__ volatile("mrs %0, s3_3_c2_c4_0; cset %1, eq"
                         : "=r"(value), "=r"(failed)
                         :
                         : "cc");
    /* Without it: the counter, stirred. */
    cpu.random_state ^= value ^ arch_clock();
    cpu.random_state = hash_words(&cpu.random_state,
                                  sizeof(cpu.random_state), HASH_START);
    return cpu.random_state;
}

bool arch_counter_open(void)
{
    if (!has_counters())
        return false;
    pmccfiltr_write(0);
    pmcntenset_write(PMCNTEN_CYCLES);
    pmuserenr_write(PMUSERENR_CYCLES);
    pmcr_write(PMCR_ON);
    return true;
}

uint64_t arch_counter(void)
{
    return pmccntr_read();
}

/* The kernel's half hangs on a root register of its own. */
void arch_ptab_adopt(pte_t *root, const pte_t *kernel_root)
{
    (void)root;
    (void)kernel_root;
}

void arch_ptab_activate(uint64_t token)
{
    ttbr0_write(token);
}

/* By way of an empty half: what is forgotten must not be found again before the
 * next map is the current one. */
void arch_ptab_forget(unsigned tag)
{
    ttbr0_write(cpu.kernel_root);
    __asm__ volatile("dsb ishst; tlbi aside1, %0; dsb nsh; isb"
                     :
                     : "r"((uint64_t)tag << PTAB_TAG_SHIFT)
                     : "memory");
}

void arch_ptab_activate_kernel(paddr_t root)
{
    arch_ptab_written();
    cpu.kernel_root = root.raw;
    ttbr0_write(root.raw);
    ttbr1_write(root.raw);
    __asm__ volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

void cpu_early_map(void)
{
    ttbr0_write(arch_image_physical(early_root).raw);
    __asm__ volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

void arch_cache_clean(const void *start, size_t size)
{
    uintptr_t end = (uintptr_t)start + size;
    uintptr_t at = (uintptr_t)start & ~(cpu.line_size - 1);

    for (; at < end; at += cpu.line_size)
        __asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
    __asm__ volatile("dsb sy" : : : "memory");
}

/* Instruction fetch may have kept what stood there before, under any address:
 * all of its cache goes. */
void arch_code_sync(const void *start, size_t size)
{
    uintptr_t end = (uintptr_t)start + size;
    uintptr_t at = (uintptr_t)start & ~(cpu.line_size - 1);

    for (; at < end; at += cpu.line_size)
        __asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
    __asm__ volatile("dsb ish; ic iallu; dsb ish; isb" : : : "memory");
}
