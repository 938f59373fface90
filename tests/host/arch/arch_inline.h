/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The inline half of the fake architecture.  Its page-table entries are like
 * those of no processor on purpose, so that portable code that knows better
 * than to ask arch.h is found out: the address is kept shifted and inverted.
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#define ARCH_NAME "fake"
#define ARCH_ELF_MACHINE 62
#define ARCH_BANK_BASE 0x400000ull
#define ARCH_TAGS 4

#define FAKE_PTE_VALID 0x1ull
#define FAKE_PTE_TABLE 0x2ull
#define FAKE_PTE_DIRTY 0x100ull /* tests set it, as a processor would */
#define FAKE_PTE_PROT_SHIFT 2
#define FAKE_PTE_PROT_MASK 0x3full
#define FAKE_PTE_ADDRESS_SHIFT 16
#define FAKE_PTE_ADDRESS_MASK 0xffffffffffull

static inline pte_t fake_pte_address(paddr_t address)
{
    return (~(address.raw >> PAGE_SHIFT) & FAKE_PTE_ADDRESS_MASK)
           << FAKE_PTE_ADDRESS_SHIFT;
}

static inline uint64_t arch_ptab_token(paddr_t root, unsigned tag)
{
    return root.raw | tag;
}

static inline unsigned arch_leaf_level_max(void)
{
    return 2;
}

static inline pte_t arch_pte_leaf(paddr_t page, unsigned prot, unsigned level)
{
    (void)level;
    return fake_pte_address(page) | (pte_t)prot << FAKE_PTE_PROT_SHIFT |
           FAKE_PTE_DIRTY | FAKE_PTE_VALID;
}

/* The next page's number, inverted, is one less. */
static inline pte_t arch_pte_next(pte_t leaf)
{
    return leaf - (1ull << FAKE_PTE_ADDRESS_SHIFT);
}

static inline pte_t arch_pte_table(paddr_t table)
{
    return fake_pte_address(table) | FAKE_PTE_TABLE | FAKE_PTE_VALID;
}

static inline bool arch_ptab_adopted(const pte_t *root,
                                     const pte_t *kernel_root)
{
    (void)root;
    (void)kernel_root;
    return true;
}

static inline bool arch_pte_valid(pte_t pte)
{
    return (pte & FAKE_PTE_VALID) != 0;
}

static inline bool arch_pte_is_table(pte_t pte, unsigned level)
{
    return level > 0 && (pte & FAKE_PTE_TABLE) != 0;
}

static inline paddr_t arch_pte_address(pte_t pte)
{
    uint64_t page = ~(pte >> FAKE_PTE_ADDRESS_SHIFT) & FAKE_PTE_ADDRESS_MASK;

    return paddr(page << PAGE_SHIFT);
}

static inline unsigned arch_pte_prot(pte_t pte)
{
    return (unsigned)(pte >> FAKE_PTE_PROT_SHIFT & FAKE_PTE_PROT_MASK);
}

static inline void arch_ptab_written(void)
{
}

void fake_tlb_flush_page(uint64_t address);

static inline void arch_tlb_flush_page(uint64_t address)
{
    fake_tlb_flush_page(address);
}

/* The image is the test program, which is not in the fake RAM. */
static inline bool arch_pte_dirty(pte_t pte)
{
    return (pte & FAKE_PTE_DIRTY) != 0;
}

static inline pte_t arch_pte_clean(pte_t pte)
{
    return pte & ~FAKE_PTE_DIRTY;
}

static inline paddr_t arch_image_physical(const void *place)
{
    return paddr((uint64_t)(uintptr_t)place);
}

static inline uint64_t arch_clock(void)
{
    return 0;
}

/* Nor is it any particular processor's. */
static inline bool arch_has_crc(void)
{
    return false;
}

static inline uint64_t arch_crc32c_step(uint64_t crc, uint64_t word)
{
    (void)word;
    return crc;
}

static inline void arch_store_barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#endif
