/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The inline half of the contract on AArch64: page-table entries.
 *
 *   54  53   47..........12  11  10  9 8  7   6   4..2   1     0
 *   UXN PXN     address      nG  AF  SH   RO  EL0 memory page  valid
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include "arch_layout.h"

#define ARCH_NAME "aarch64"
#define ARCH_ELF_MACHINE 183

/* Above every range that firmware, U-Boot and QEMU write: see board.h. */
#define ARCH_BANK_BASE BOARD_BANK
#define ARCH_TAGS 256

#define PTAB_TAG_SHIFT 48 /* an address space identifier of 8 bits */

#define PTE_VALID 0x001ull
#define PTE_PAGE 0x002ull /* level 0: always; above: this is a table */
#define PTE_DEVICE 0x004ull
#define PTE_USER 0x040ull
#define PTE_READ_ONLY 0x080ull
#define PTE_INNER_SHAREABLE 0x300ull
#define PTE_ACCESSED 0x400ull
#define PTE_NOT_GLOBAL 0x800ull
#define PTE_ADDRESS 0x0000fffffffff000ull
#define PTE_KERNEL_NO_EXECUTE (1ull << 53)
#define PTE_USER_NO_EXECUTE (1ull << 54)

/* As TTBR0_EL1 has it. */
static inline uint64_t arch_ptab_token(paddr_t root, unsigned tag)
{
    return root.raw | (uint64_t)tag << PTAB_TAG_SHIFT;
}

static inline unsigned arch_leaf_level_max(void)
{
    return 2;
}

static inline pte_t arch_pte_leaf(paddr_t page, unsigned prot, unsigned level)
{
    pte_t pte = page.raw | PTE_VALID | PTE_ACCESSED | PTE_INNER_SHAREABLE |
                PTE_KERNEL_NO_EXECUTE | PTE_USER_NO_EXECUTE;

    pte |= prot & PROT_WRITE ? 0 : PTE_READ_ONLY;
    pte |= prot & PROT_USER ? PTE_USER | PTE_NOT_GLOBAL : 0;
    pte |= prot & PROT_DEVICE ? PTE_DEVICE : 0;
    pte |= level == 0 ? PTE_PAGE : 0;
    if (prot & PROT_EXEC)
        pte &= prot & PROT_USER ? ~PTE_USER_NO_EXECUTE
                                : ~PTE_KERNEL_NO_EXECUTE;
    return pte;
}

static inline pte_t arch_pte_next(pte_t leaf)
{
    return leaf + PAGE_SIZE;
}

/* A table restricts nothing; its leaves do. */
static inline pte_t arch_pte_table(paddr_t table)
{
    return table.raw | PTE_VALID | PTE_PAGE;
}

static inline bool arch_pte_valid(pte_t pte)
{
    return (pte & PTE_VALID) != 0;
}

static inline bool arch_pte_is_table(pte_t pte, unsigned level)
{
    return arch_pte_valid(pte) && level > 0 && (pte & PTE_PAGE) != 0;
}

static inline paddr_t arch_pte_address(pte_t pte)
{
    return (paddr_t){pte & PTE_ADDRESS};
}

static inline unsigned arch_pte_prot(pte_t pte)
{
    pte_t no_execute = PTE_KERNEL_NO_EXECUTE | PTE_USER_NO_EXECUTE;
    unsigned prot = PROT_READ;

    prot |= pte & PTE_READ_ONLY ? 0 : PROT_WRITE;
    prot |= pte & PTE_USER ? PROT_USER : 0;
    prot |= (pte & no_execute) == no_execute ? 0 : PROT_EXEC;
    prot |= pte & PTE_DEVICE ? PROT_DEVICE : 0;
    return prot;
}

/* Processors before ARMv8.1 do not note it, and of the later ones not all. */
static inline bool arch_pte_dirty(pte_t pte)
{
    return arch_pte_valid(pte);
}

static inline pte_t arch_pte_clean(pte_t pte)
{
    return pte;
}

static inline paddr_t arch_image_physical(const void *place)
{
    return (paddr_t){(uintptr_t)place - IMAGE_BASE};
}

/* The kernel's half has a root of its own. */
static inline bool arch_ptab_adopted(const pte_t *root,
                                     const pte_t *kernel_root)
{
    (void)root;
    (void)kernel_root;
    return true;
}

static inline void arch_ptab_written(void)
{
    __asm__ volatile("dsb ishst; isb" : : : "memory");
}

/* The operand has bits 12 to 55 of the address: 48 to 55 say which half. */
static inline void arch_tlb_flush_page(uint64_t address)
{
    __asm__ volatile("dsb ishst; tlbi vaae1is, %0; dsb ish; isb"
                     :
                     : "r"(address << 8 >> (8 + PAGE_SHIFT))
                     : "memory");
}

extern unsigned char cpu_has_crc;

static inline bool arch_has_crc(void)
{
    return cpu_has_crc;
}

static inline uint64_t arch_crc32c_step(uint64_t crc, uint64_t word)
{
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %1"
            : "+r"(crc)
            : "r"(word));
    return crc;
}

/* The counter, not read before what stands before it. */
static inline uint64_t arch_clock(void)
{
    uint64_t clock;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(clock) : : "memory");
    return clock;
}

static inline void arch_store_barrier(void)
{
    __asm__ volatile("dsb st" : : : "memory");
}

#endif
