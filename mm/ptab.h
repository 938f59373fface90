/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Page tables: the one walker for both architectures.
 */
#ifndef MM_PTAB_H
#define MM_PTAB_H

#include "arch/arch.h"
#include "mm/types.h"

/* The last tables of pages that walks came to: the next page is most often in
 * one of them, and needs no walk. */
#define PTAB_KNOWN 4

struct ptab {
    paddr_t root;
    uint64_t tables; /* frames that it takes */
    struct ptab_known {
        uint64_t place; /* addresses, in units of what one table maps */
        pte_t *table;   /* NULL: none */
    } known[PTAB_KNOWN]; /* forgotten when any of its tables goes */
};

/* Makes an empty map of user addresses.  K_OK or K_ENOMEM. */
KnError ptab_create(struct ptab *ptab) __attribute__((warn_unused_result));

/* Gives back the tables of user addresses.  What they map must be gone. */
void ptab_destroy(struct ptab *ptab);

/* Gives back the tables of user addresses, but not the root.  What they map
 * must be gone, and the processor must not know the root. */
void ptab_trim(struct ptab *ptab);

/* Makes sure that the tables for [address, address + size) exist, so that
 * ptab_map() cannot fail.  K_OK or K_ENOMEM; tables that were made stay, empty
 * and harmless, until ptab_trim() or ptab_destroy(). */
KnError ptab_reserve(struct ptab *ptab, uint64_t address, uint64_t size)
    __attribute__((warn_unused_result));

/* How many tables ptab_reserve() would make. */
uint64_t ptab_missing(const struct ptab *ptab, uint64_t address,
                      uint64_t size);

/* How many pages of user addresses are mapped, by how many tables. */
uint64_t ptab_count(const struct ptab *ptab, uint64_t *tables);

/* Gives back the tables of user addresses that map nothing, and has the
 * processor forget them if the map is the current one. */
void ptab_prune(struct ptab *ptab, bool current);

/* Maps one page whose tables exist and where nothing is mapped. */
void ptab_map(const struct ptab *ptab, uint64_t address, paddr_t page,
              unsigned prot);

/* Maps a run of pages of memory, as ptab_map() does one.  False: not all of the
 * tables exist, and nothing is mapped. */
bool ptab_map_run(const struct ptab *ptab, uint64_t address, paddr_t start,
                  uint64_t size, unsigned prot)
    __attribute__((warn_unused_result));

/* Unmaps a run that is mapped, with a flush if the map is the current one. */
void ptab_unmap_run(const struct ptab *ptab, uint64_t address, uint64_t size,
                    bool current);

/* Maps a range with the largest pages that fit; makes tables as it goes.
 * For the kernel's own map: out of frames is a panic. */
void ptab_map_range(struct ptab *ptab, uint64_t address, paddr_t start,
                    uint64_t size, unsigned prot);

/* Unmaps one page.  True, and what it mapped, if there was one.  The caller
 * flushes. */
bool ptab_unmap(const struct ptab *ptab, uint64_t address, paddr_t *page);

/* The first page in [address, end) that may have been written to since it was
 * mapped, or since it was last returned here; end: none.  All must be mapped.
 * *page is what it maps.  The caller flushes. */
uint64_t ptab_take_dirty(const struct ptab *ptab, uint64_t address,
                         uint64_t end, paddr_t *page);

/* The kernel has written to a mapped page by another way than its address:
 * ptab_take_dirty() is to return it. */
void ptab_note_write(const struct ptab *ptab, uint64_t address);

/* Says what is mapped at address; false if nothing is. */
bool ptab_lookup(const struct ptab *ptab, uint64_t address, paddr_t *page,
                 unsigned *prot);

/* Maps another page where one is mapped, with the same protection, that nobody
 * has written to through it; current: the map is the current one. */
void ptab_replace(const struct ptab *ptab, uint64_t address, paddr_t page,
                  bool current);

/* Where a page lies that is mapped. */
paddr_t ptab_page(const struct ptab *ptab, uint64_t address);

/* The entry of a page whose tables exist, for pages of the kernel's that come
 * and go; those of the pages behind it follow, up to the next 2 MiB. */
pte_t *ptab_entry(const struct ptab *ptab, uint64_t address);

#endif
