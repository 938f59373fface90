/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The processor: its protections, its sleep, its page-table root.
 */
#include "arch/arch.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/tables.h"
#include "arch_trap.h"
#include "kernel/assert.h"
#include "kernel/format.h"
#include "kernel/string.h"

#define CR4_PAE (1u << 5)
#define CR4_MCE (1u << 6)
#define CR4_FXSR (1u << 9)
#define CR4_XMM_EXCEPTIONS (1u << 10)
#define CR4_UMIP (1u << 11)
#define CR4_SMEP (1u << 20)
#define CR4_SMAP (1u << 21)

/* cpuid leaf 7 */
#define EBX_SMEP (1u << 7)
#define EBX_SMAP (1u << 20)
#define ECX_UMIP (1u << 2)
/* cpuid leaf 1 */
#define ECX_SSE4_2 (1u << 20)
#define ECX_RDRAND (1u << 30)
#define EDX_MACHINE_CHECKS (1u << 7 | 1u << 14) /* exception, registers */
#define EBX_FLUSH_SIZE_SHIFT 8
/* what start.S has found there */
#define CPUID_LONG_MODE 0x80000001
#define EDX_LARGEST_PAGES (1u << 26)

#define RDRAND_TRIES 10

/* Machine checks: how many banks there are, and of each what is reported and
 * what has happened. */
#define MSR_MCG_CAP 0x179
#define MCG_CAP_BANKS 0xffu
#define MCG_CAP_CONTROL 0x100u
#define MSR_MCG_STATUS 0x17a
#define MSR_MCG_CONTROL 0x17b
#define MSR_MC_CONTROL(bank) (0x400 + 4 * (bank))
#define MSR_MC_STATUS(bank) (0x401 + 4 * (bank))

/* Read by entry.S and arch_user_*(): stac and clac exist. */
unsigned char cpu_has_smap;

/* Read by arch_has_crc() and arch_leaf_level_max(). */
unsigned char cpu_has_crc, cpu_leaf_level_max;

static struct {
    bool has_random;
    uint64_t random_state;
    size_t line_size; /* of the caches */
} cpu;

static uint64_t protections(void)
{
    struct cpuid id = cpu_id(7);
    uint64_t bits = 0;

    if (cpu_id(0).eax < 7)
        return 0;
    bits |= id.ebx & EBX_SMEP ? CR4_SMEP : 0;
    bits |= id.ebx & EBX_SMAP ? CR4_SMAP : 0;
    bits |= id.ecx & ECX_UMIP ? CR4_UMIP : 0;
    return bits;
}

/* Without it a machine check is a reset without a word.  What is left in the
 * registers of an earlier one would make the next such a reset, too. */
static uint64_t machine_checks_enable(void)
{
    uint64_t cap;

    if ((cpu_id(1).edx & EDX_MACHINE_CHECKS) != EDX_MACHINE_CHECKS)
        return 0;
    cap = msr_read(MSR_MCG_CAP);
    if (cap & MCG_CAP_CONTROL)
        msr_write(MSR_MCG_CONTROL, UINT64_MAX);
    for (uint32_t bank = 0; bank < (cap & MCG_CAP_BANKS); bank++) {
        msr_write(MSR_MC_CONTROL(bank), UINT64_MAX);
        msr_write(MSR_MC_STATUS(bank), 0);
    }
    msr_write(MSR_MCG_STATUS, 0);
    return CR4_MCE;
}

void arch_find(void)
{
    tables_load();
    cpu_has_crc = (cpu_id(1).ecx & ECX_SSE4_2) != 0;
    cpu_leaf_level_max =
        cpu_id(CPUID_LONG_MODE).edx & EDX_LARGEST_PAGES ? 2 : 1;
}

void arch_init(void)
{
    uint64_t bits = protections();
    struct cpuid id = cpu_id(1);

    bits |= machine_checks_enable();
    cr4_write(CR4_PAE | CR4_FXSR | CR4_XMM_EXCEPTIONS | bits);
    cpu_has_smap = (bits & CR4_SMAP) != 0;
    cpu.has_random = (id.ecx & ECX_RDRAND) != 0;
    cpu.line_size = (id.ebx >> EBX_FLUSH_SIZE_SHIFT & 0xff) * 8;
    ASSERT(cpu.line_size > 0);
}

void arch_describe(char *line, size_t size)
{
    uint64_t cr4 = cr4_read();

    format_text(line, size, "protections: NX%s%s%s",
                cr4 & CR4_SMEP ? " SMEP" : "", cr4 & CR4_SMAP ? " SMAP" : "",
                cr4 & CR4_UMIP ? " UMIP" : "");
}

void arch_idle(void)
{
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* An NMI keeps the next one off until an iret.  Of segments nothing is needed
 * but what runs already: the others may be damaged. */
void arch_unmaskable_again(void)
{
    uint64_t code;

    __asm__ volatile("mov %%cs, %0" : "=r"(code));
    __asm__ volatile("mov %%rsp, %%rax\n\t"
                     "push $0\n\t"
                     "push %%rax\n\t"
                     "pushf\n\t"
                     "push %0\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "push %%rax\n\t"
                     "iretq\n"
                     "1:"
                     :
                     : "r"(code)
                     : "rax", "memory");
}

void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

/* No gate, none for the double fault: the third ends in a reset. */
void arch_wreck(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) nothing;

    __asm__ volatile("lidt %0; ud2" : : "m"(nothing));
    arch_halt();
}

void arch_stray(void)
{
    __asm__ volatile("mov %0, %%rsp; push %0" : : "r"(1ull << 62 | 1));
    arch_halt();
}

uint64_t arch_random(void)
{
    uint64_t value = 0;
    unsigned char done = 0;

    for (int i = 0; cpu.has_random && !done && i < RDRAND_TRIES; i++)
        __asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(done));
    /* Without it: the counter, stirred. */
    cpu.random_state ^= value ^ arch_clock();
    cpu.random_state = hash_words(&cpu.random_state,
                                  sizeof(cpu.random_state), HASH_START);
    return cpu.random_state;
}

/* Every actor may read it anyway. */
bool arch_counter_open(void)
{
    return true;
}

uint64_t arch_counter(void)
{
    return arch_clock();
}

void arch_ptab_adopt(pte_t *root, const pte_t *kernel_root)
{
    memcpy(root + PTAB_ENTRIES / 2, kernel_root + PTAB_ENTRIES / 2,
           PTAB_ENTRIES / 2 * sizeof(*root));
}

/* It forgets the last one each time. */
void arch_ptab_activate(uint64_t token)
{
    cr3_write(token);
}

void arch_ptab_forget(unsigned tag)
{
    (void)tag;
}

void arch_ptab_activate_kernel(paddr_t root)
{
    cr3_write(root.raw);
}

void arch_cache_clean(const void *start, size_t size)
{
    uintptr_t end = (uintptr_t)start + size;
    uintptr_t at = (uintptr_t)start & ~(cpu.line_size - 1);

    for (; at < end; at += cpu.line_size)
        __asm__ volatile("clflush (%0)" : : "r"(at) : "memory");
    __asm__ volatile("mfence" : : : "memory");
}

/* Instruction fetch sees stores by itself here. */
void arch_code_sync(const void *start, size_t size)
{
    (void)start;
    (void)size;
}
