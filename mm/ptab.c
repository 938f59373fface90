/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Both architectures translate 48-bit addresses through four levels
 * of 512 entries:
 *
 *      47      39 38      30 29      21 20      12 11         0
 *     | level 3  | level 2  | level 1  | level 0  |   offset   |
 *         root      1 GiB      2 MiB      4 KiB
 *
 * An entry of level 0 or 1 may map memory, and of level 2 where the processor
 * knows pages of that size; every other one names a table.
 * How an entry says so is the architecture's business (arch_pte_*); where it
 * stands is ours.  Tables are frames and are reached through the physmap.
 *
 * A change is made in two steps: ptab_reserve() may fail and changes nothing
 * that the processor can see, ptab_map() cannot fail.
 */
#include "mm/ptab.h"

#include "arch/arch.h"
#include "kernel/assert.h"
#include "mm/frame.h"
#include "mm/kspace.h"

/* The lower half of a root is for user addresses. */
#define USER_ROOT_ENTRIES (PTAB_ENTRIES / 2)

static uint64_t level_size(unsigned level)
{
    return PAGE_SIZE << (9 * level);
}

static unsigned level_index(uint64_t address, unsigned level)
{
    return (unsigned)(address >> (PAGE_SHIFT + 9 * level)) &
           (PTAB_ENTRIES - 1);
}

static pte_t *table_at(paddr_t table)
{
    return kspace_pointer(table);
}

static void known_forget(struct ptab *ptab)
{
    for (unsigned i = 0; i < PTAB_KNOWN; i++)
        ptab->known[i].table = NULL;
}

/* The entry of address at the given level, or NULL where no table leads
 * there (or a large page is in the way). */
static inline pte_t *walk(const struct ptab *ptab, uint64_t address,
                          unsigned level)
{
    pte_t *table = table_at(ptab->root);

    for (unsigned at = PTAB_LEVELS - 1; at > level; at--) {
        pte_t pte = table[level_index(address, at)];

        if (!arch_pte_is_table(pte, at))
            return NULL;
        table = table_at(arch_pte_address(pte));
    }
    return &table[level_index(address, level)];
}

/* The same of a page, and remembers the table: no change that anybody could
 * see. */
static __attribute__((noinline)) pte_t *walk_far(const struct ptab *ptab,
                                                 uint64_t address)
{
    uint64_t place = address / level_size(1);
    pte_t *entry = walk(ptab, address, 0);

    if (entry != NULL)
        ((struct ptab *)ptab)->known[place % PTAB_KNOWN] =
            (struct ptab_known){place, entry - level_index(address, 0)};
    return entry;
}

/* The same from memory alone; NULL: the table is not remembered. */
static inline pte_t *known_page(const struct ptab *ptab, uint64_t address)
{
    uint64_t place = address / level_size(1);
    const struct ptab_known *known = &ptab->known[place % PTAB_KNOWN];

    if (known->table == NULL || known->place != place)
        return NULL;
    return &known->table[level_index(address, 0)];
}

/* The entry of a page, or NULL. */
static inline pte_t *walk_page(const struct ptab *ptab, uint64_t address)
{
    pte_t *entry = known_page(ptab, address);

    return entry != NULL ? entry : walk_far(ptab, address);
}

/* The same, making tables on the way.  K_OK or K_ENOMEM. */
static KnError walk_make(struct ptab *ptab, uint64_t address,
                         unsigned level, pte_t **entry)
{
    pte_t *table = table_at(ptab->root);

    for (unsigned at = PTAB_LEVELS - 1; at > level; at--) {
        pte_t *pte = &table[level_index(address, at)];
        paddr_t frame;

        if (!arch_pte_valid(*pte)) {
            if (frame_allocate(&frame) != K_OK)
                return K_ENOMEM;
            *pte = arch_pte_table(frame);
            ptab->tables++;
        }
        ASSERT(arch_pte_is_table(*pte, at));
        table = table_at(arch_pte_address(*pte));
    }
    *entry = &table[level_index(address, level)];
    return K_OK;
}

KnError ptab_create(struct ptab *ptab)
{
    known_forget(ptab);
    ptab->tables = 1;
    return frame_allocate(&ptab->root);
}

static void table_free(paddr_t table, unsigned level)
{
    for (unsigned i = 0; level > 0 && i < PTAB_ENTRIES; i++) {
        pte_t pte = table_at(table)[i];

        if (!arch_pte_valid(pte))
            continue;
        ASSERT(arch_pte_is_table(pte, level));
        table_free(arch_pte_address(pte), level - 1);
    }
    frame_free(table);
}

void ptab_trim(struct ptab *ptab)
{
    pte_t *root = table_at(ptab->root);

    for (unsigned i = 0; i < USER_ROOT_ENTRIES; i++) {
        if (arch_pte_valid(root[i]))
            table_free(arch_pte_address(root[i]), PTAB_LEVELS - 2);
        root[i] = 0;
    }
    known_forget(ptab);
    ptab->tables = 1;
}

void ptab_destroy(struct ptab *ptab)
{
    ptab_trim(ptab);
    frame_free(ptab->root);
    ptab->tables = 0;
}

uint64_t ptab_missing(const struct ptab *ptab, uint64_t address, uint64_t size)
{
    uint64_t missing = 0;

    for (unsigned level = 0; level < PTAB_LEVELS - 1; level++) {
        uint64_t span = level_size(level + 1);

        for (uint64_t at = address & ~(span - 1); at < address + size;
             at += span)
            missing += walk(ptab, at, level) == NULL;
    }
    return missing;
}

static uint64_t table_count(paddr_t table, unsigned level, uint64_t *tables)
{
    unsigned count = level == PTAB_LEVELS - 1 ? USER_ROOT_ENTRIES
                                              : PTAB_ENTRIES;
    uint64_t pages = 0;

    ++*tables;
    for (unsigned i = 0; i < count; i++) {
        pte_t pte = table_at(table)[i];

        if (arch_pte_valid(pte))
            pages += level == 0 ? 1 : table_count(arch_pte_address(pte),
                                                  level - 1, tables);
    }
    return pages;
}

uint64_t ptab_count(const struct ptab *ptab, uint64_t *tables)
{
    *tables = 0;
    return table_count(ptab->root, PTAB_LEVELS - 1, tables);
}

/* Frees the tables below this one, which stands for the addresses from start
 * on, that map nothing; true: nothing is left in it.  Of the root only the
 * half of user addresses counts. */
static bool table_prune(struct ptab *ptab, paddr_t table, unsigned level,
                        uint64_t start, bool current)
{
    unsigned count = level == PTAB_LEVELS - 1 ? USER_ROOT_ENTRIES
                                              : PTAB_ENTRIES;
    bool empty = true;

    for (unsigned i = 0; i < count; i++) {
        pte_t *pte = &table_at(table)[i];
        paddr_t below = arch_pte_address(*pte);
        uint64_t at = start + i * level_size(level);

        if (!arch_pte_valid(*pte))
            continue;
        if (level == 0)
            return false;
        if (!table_prune(ptab, below, level - 1, at, current)) {
            empty = false;
            continue;
        }
        *pte = 0;
        if (current)
            arch_tlb_flush_page(at);
        known_forget(ptab);
        frame_free(below);
        ptab->tables--;
    }
    return empty;
}

void ptab_prune(struct ptab *ptab, bool current)
{
    table_prune(ptab, ptab->root, PTAB_LEVELS - 1, 0, current);
}

KnError ptab_reserve(struct ptab *ptab, uint64_t address, uint64_t size)
{
    uint64_t step = level_size(1);
    pte_t *entry;

    for (uint64_t at = address & ~(step - 1); at < address + size; at += step) {
        if (walk_make(ptab, at, 0, &entry) != K_OK)
            return K_ENOMEM;
    }
    return K_OK;
}

void ptab_map(const struct ptab *ptab, uint64_t address, paddr_t page,
              unsigned prot)
{
    pte_t *entry = walk_page(ptab, address);

    ASSERT(page_aligned(address));
    ASSERT(page_aligned(page.raw));
    ASSERT((prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC));
    ASSERT(entry != NULL);
    ASSERT(!arch_pte_valid(*entry));
    *entry = arch_pte_leaf(page, prot, 0);
    arch_ptab_written();
}

/* Of a run of pages, how much lies in the table of the first. */
static uint64_t run_part(uint64_t address, uint64_t size)
{
    uint64_t rest = level_size(1) - (address & (level_size(1) - 1));

    return size < rest ? size : rest;
}

/* Whether all tables behind that of address up to end exist. */
static bool tables_follow(const struct ptab *ptab, uint64_t address,
                          uint64_t end)
{
    uint64_t step = level_size(1);

    for (uint64_t at = (address | (step - 1)) + 1; at < end; at += step) {
        if (walk_page(ptab, at) == NULL)
            return false;
    }
    return true;
}

/* Entries that lie in one table, for a run of pages. */
static inline void entries_fill(pte_t *entry, uint64_t size, pte_t pte)
{
    for (; size > 0; size -= PAGE_SIZE) {
        ASSERT(!arch_pte_valid(*entry));
        *entry++ = pte;
        pte = arch_pte_next(pte);
    }
}

/* A run that one table does not hold, or not one that is remembered. */
static __attribute__((noinline)) bool map_run_far(const struct ptab *ptab,
                                                  uint64_t address,
                                                  uint64_t size, pte_t pte)
{
    uint64_t part;

    if (walk_page(ptab, address) == NULL ||
        !tables_follow(ptab, address, address + size))
        return false;
    for (; size > 0; size -= part) {
        part = run_part(address, size);
        entries_fill(walk_page(ptab, address), part, pte);
        address += part;
        pte = arch_pte_leaf(paddr_add(arch_pte_address(pte), part),
                            arch_pte_prot(pte), 0);
    }
    arch_ptab_written();
    return true;
}

bool ptab_map_run(const struct ptab *ptab, uint64_t address, paddr_t start,
                  uint64_t size, unsigned prot)
{
    pte_t *entry = known_page(ptab, address);
    pte_t pte = arch_pte_leaf(start, prot, 0);

    ASSERT(page_aligned(address | start.raw | size));
    ASSERT((prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC));
    if (entry == NULL || (address ^ (address + size - 1)) >= level_size(1))
        return map_run_far(ptab, address, size, pte);
    entries_fill(entry, size, pte);
    arch_ptab_written();
    return true;
}

void ptab_unmap_run(const struct ptab *ptab, uint64_t address, uint64_t size,
                    bool current)
{
    uint64_t end = address + size;

    while (address < end) {
        uint64_t part_end = address + run_part(address, end - address);
        pte_t *entry = walk_page(ptab, address);

        ASSERT(entry != NULL);
        for (; address < part_end; address += PAGE_SIZE, entry++) {
            ASSERT(arch_pte_valid(*entry));
            *entry = 0;
            if (current)
                arch_tlb_flush_page(address);
        }
    }
}

/* The highest level whose pages may begin at these addresses, both in one word,
 * and are not larger than size. */
static unsigned leaf_level(uint64_t addresses, uint64_t size)
{
    unsigned level = arch_leaf_level_max();

    while (addresses % level_size(level) != 0 || size < level_size(level))
        level--;
    return level;
}

void ptab_map_range(struct ptab *ptab, uint64_t address, paddr_t start,
                    uint64_t size, unsigned prot)
{
    ASSERT(page_aligned(address | start.raw | size));
    while (size > 0) {
        unsigned level = leaf_level(address | start.raw, size);
        uint64_t step = level_size(level);
        pte_t *entry;

        if (walk_make(ptab, address, level, &entry) != K_OK)
            panic("no frames for the kernel's own map");
        do { /* as far as this table goes: behind it a larger page may fit */
            ASSERT(!arch_pte_valid(*entry));
            *entry++ = arch_pte_leaf(start, prot, level);
            address += step;
            start.raw += step;
            size -= step;
        } while (size >= step && level_index(address, level) != 0);
    }
    arch_ptab_written();
}

bool ptab_unmap(const struct ptab *ptab, uint64_t address, paddr_t *page)
{
    pte_t *entry = walk_page(ptab, address);

    if (entry == NULL || !arch_pte_valid(*entry))
        return false;
    *page = arch_pte_address(*entry);
    *entry = 0;
    return true;
}

uint64_t ptab_take_dirty(const struct ptab *ptab, uint64_t address,
                         uint64_t end, paddr_t *page)
{
    pte_t *entry = walk_page(ptab, address);

    for (; address < end; address += PAGE_SIZE, entry++) {
        if (level_index(address, 0) == 0)
            entry = walk_page(ptab, address); /* in the next table */
        ASSERT(entry != NULL);
        ASSERT(arch_pte_valid(*entry));
        if (!arch_pte_dirty(*entry))
            continue;
        *page = arch_pte_address(*entry);
        *entry = arch_pte_clean(*entry);
        return address;
    }
    return end;
}

void ptab_note_write(const struct ptab *ptab, uint64_t address)
{
    pte_t *entry = walk_page(ptab, address);

    ASSERT(entry != NULL);
    ASSERT(arch_pte_valid(*entry));
    *entry = arch_pte_leaf(arch_pte_address(*entry), arch_pte_prot(*entry), 0);
    arch_ptab_written();
}

/* The same of what a large page maps. */
static bool lookup_large(const struct ptab *ptab, uint64_t address,
                         paddr_t *page, unsigned *prot)
{
    for (unsigned level = 1; level <= arch_leaf_level_max(); level++) {
        const pte_t *entry = walk(ptab, address, level);

        if (entry == NULL || !arch_pte_valid(*entry))
            continue;
        if (arch_pte_is_table(*entry, level))
            return false;
        *prot = arch_pte_prot(*entry);
        *page = paddr(arch_pte_address(*entry).raw +
                      page_down(address & (level_size(level) - 1)));
        return true;
    }
    return false;
}

bool ptab_lookup(const struct ptab *ptab, uint64_t address, paddr_t *page,
                 unsigned *prot)
{
    const pte_t *entry = walk_page(ptab, address);

    if (entry == NULL)
        return lookup_large(ptab, address, page, prot);
    *prot = arch_pte_prot(*entry);
    *page = arch_pte_address(*entry);
    return arch_pte_valid(*entry);
}

void ptab_replace(const struct ptab *ptab, uint64_t address, paddr_t page,
                  bool current)
{
    pte_t *entry = walk_page(ptab, address);
    unsigned prot;

    ASSERT(entry != NULL);
    ASSERT(arch_pte_valid(*entry));
    prot = arch_pte_prot(*entry);
    *entry = 0; /* a processor must not come upon both */
    if (current)
        arch_tlb_flush_page(address);
    *entry = arch_pte_clean(arch_pte_leaf(page, prot, 0));
    arch_ptab_written();
}

paddr_t ptab_page(const struct ptab *ptab, uint64_t address)
{
    const pte_t *entry = walk_page(ptab, address);

    ASSERT(entry != NULL);
    ASSERT(arch_pte_valid(*entry));
    return arch_pte_address(*entry);
}

pte_t *ptab_entry(const struct ptab *ptab, uint64_t address)
{
    pte_t *entry = walk_page(ptab, address);

    ASSERT(entry != NULL);
    return entry;
}
