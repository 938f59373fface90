/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The inline half of the contract on x86_64: page-table entries.
 *
 *   63  62........52  51..........12  11..9   8   7    6  5   4   3   2  1  0
 *   NX                address                 G  large  D  A  PCD PWT  U  W  P
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include "arch_layout.h"

#define ARCH_NAME "x86_64"
#define ARCH_ELF_MACHINE 62

/* Above every range that BIOS, UEFI, GRUB and QEMU write, low enough for a
 * machine of 64 MiB. */
#define ARCH_BANK_BASE 0x02000000ull
#define ARCH_TAGS 1

#define PTE_PRESENT 0x001ull
#define PTE_WRITABLE 0x002ull
#define PTE_USER 0x004ull
#define PTE_WRITE_THROUGH 0x008ull
#define PTE_UNCACHED 0x010ull
#define PTE_ACCESSED 0x020ull
#define PTE_DIRTY 0x040ull
#define PTE_LARGE 0x080ull
#define PTE_ADDRESS 0x000ffffffffff000ull
#define PTE_NO_EXECUTE (1ull << 63)

extern unsigned char cpu_leaf_level_max;

static inline uint64_t arch_ptab_token(paddr_t root, unsigned tag)
{
    (void)tag;
    return root.raw;
}

static inline unsigned arch_leaf_level_max(void)
{
    return cpu_leaf_level_max;
}

static inline pte_t arch_pte_leaf(paddr_t page, unsigned prot, unsigned level)
{
    pte_t pte = page.raw | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY;

    pte |= prot & PROT_WRITE ? PTE_WRITABLE : 0;
    pte |= prot & PROT_USER ? PTE_USER : 0;
    pte |= prot & PROT_EXEC ? 0 : PTE_NO_EXECUTE;
    pte |= prot & PROT_DEVICE ? PTE_UNCACHED | PTE_WRITE_THROUGH : 0;
    pte |= level > 0 ? PTE_LARGE : 0;
    return pte;
}

static inline pte_t arch_pte_next(pte_t leaf)
{
    return leaf + PAGE_SIZE;
}

/* A table restricts nothing; its leaves do. */
static inline pte_t arch_pte_table(paddr_t table)
{
    return table.raw | PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_ACCESSED;
}

static inline bool arch_pte_valid(pte_t pte)
{
    return (pte & PTE_PRESENT) != 0;
}

static inline bool arch_pte_is_table(pte_t pte, unsigned level)
{
    return arch_pte_valid(pte) && level > 0 && (pte & PTE_LARGE) == 0;
}

static inline paddr_t arch_pte_address(pte_t pte)
{
    return (paddr_t){pte & PTE_ADDRESS};
}

static inline unsigned arch_pte_prot(pte_t pte)
{
    unsigned prot = PROT_READ;

    prot |= pte & PTE_WRITABLE ? PROT_WRITE : 0;
    prot |= pte & PTE_USER ? PROT_USER : 0;
    prot |= pte & PTE_NO_EXECUTE ? 0 : PROT_EXEC;
    prot |= pte & PTE_UNCACHED ? PROT_DEVICE : 0;
    return prot;
}

static inline bool arch_pte_dirty(pte_t pte)
{
    return (pte & PTE_DIRTY) != 0;
}

static inline pte_t arch_pte_clean(pte_t pte)
{
    return pte & ~PTE_DIRTY;
}

static inline paddr_t arch_image_physical(const void *place)
{
    return (paddr_t){(uintptr_t)place - IMAGE_BASE};
}

/* Of what a root shares with the kernel's, the image is what it must not be
 * without. */
static inline bool arch_ptab_adopted(const pte_t *root,
                                     const pte_t *kernel_root)
{
    return root[PTAB_ENTRIES - 1] == kernel_root[PTAB_ENTRIES - 1];
}

/* The processor remembers no invalid entry, and sees its own stores. */
static inline void arch_ptab_written(void)
{
}

static inline void arch_tlb_flush_page(uint64_t address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

extern unsigned char cpu_has_crc;

static inline bool arch_has_crc(void)
{
    return cpu_has_crc;
}

static inline uint64_t arch_crc32c_step(uint64_t crc, uint64_t word)
{
    __asm__("crc32q %1, %0" : "+r"(crc) : "rm"(word));
    return crc;
}

static inline uint64_t arch_clock(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline void arch_store_barrier(void)
{
    __asm__ volatile("sfence" : : : "memory");
}

#endif
