/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The address space of an actor: its regions and the memory behind them.
 *
 *   0x00000000   never mapped: a NULL pointer and its neighbours fault
 *   0x00010000   the image from 0x00400000: text, constants, data, BSS, and
 *                the heap that grows behind them
 *   0x7ff00000   the main thread's stack, downwards, between guards
 *   0x80000000   window of the bank: a block is at the same address in every
 *                actor, after every restart, by construction
 *   0xc0000000   K_ANYWHERE, served downwards from 0xffff0000
 *   above 4 GiB  free for regions at a fixed address
 */
#ifndef MM_ASPACE_H
#define MM_ASPACE_H

#include "mm/ptab.h"
#include "mm/quota.h"
#include "mm/region.h"
#include "mm/types.h"

#define ASPACE_MIN 0x10000ull
#define ASPACE_STACK_TOP 0x7ff00000ull
#define ASPACE_STACK_GUARD 0x10000ull
#define ASPACE_BANK_BASE 0x80000000ull
#define ASPACE_BANK_END 0xc0000000ull
#define ASPACE_ANYWHERE_MIN 0xc0000000ull
#define ASPACE_ANYWHERE_MAX 0xffff0000ull
#define ASPACE_MAX 0x7fffffff0000ull

/* An actor as it starts has about ten, its root among them. */
#define ASPACE_TABLES_KEPT 25

struct aspace {
    struct ptab ptab; /* of its regions, and of blocks besides */
    struct region_list list;
    uint64_t page_count; /* frames behind its regions */
    struct quota quota;  /* what it may have */
    bool laid_out; /* but for K_RGN_MEMORY as aspace_note_layout() saw it ... */
    uint64_t layout_pages; /* ... when it had so many of .page_count */
    unsigned tag;   /* for the processor; 0: one like many */
    uint64_t token; /* arch_ptab_token() of its root */
    bool stale; /* the processor remembers what is not true any more */
};

/* Makes an empty space, of an actor that may use the reserves or may not.
 * K_OK or K_ENOMEM. */
KnError aspace_create(struct aspace *space, bool trusted)
    __attribute__((warn_unused_result));

/* Frees all regions and their memory; the page tables stay for the next
 * life, unless there are more than ASPACE_TABLES_KEPT: a program that goes
 * astray in each of its lives would gather them.  Blocks must have been
 * detached. */
void aspace_clear(struct aspace *space);

/* From here on it is known whether the space keeps its layout: all of it but
 * memory that is allocated and freed. */
void aspace_note_layout(struct aspace *space);

/* Readies the space for a life that begins as the last one did: frees what was
 * allocated beside the layout, or clears the space if that is not what it was.
 * Blocks must have been detached. */
void aspace_strip(struct aspace *space);

/* Puts pages of a layout back: the first bytes are those at from, the rest is
 * zero.  Pages that nobody has written to are left alone. */
void aspace_restore(struct aspace *space, uint64_t start, uint64_t size,
                    const void *from, size_t from_size);

/* Clears the space and frees its tables; if it is the current one, there is
 * none afterwards. */
void aspace_destroy(struct aspace *space);

/* Makes the space the one that user addresses mean. */
void aspace_activate(struct aspace *space);

/* Whether it is. */
bool aspace_active(const struct aspace *space);

/* rgnAllocate(): new memory, or addresses only (K_RESERVED).  Sets
 * desc->startAddr and rounds desc->size.  Errors as the public header says. */
KnError aspace_allocate(struct aspace *space, KnRgnDesc *desc)
    __attribute__((warn_unused_result));

/* rgnInitFromActor(): a region as aspace_allocate() makes it, with a copy of
 * what the range from of source holds (aspace_copy.c). */
KnError aspace_init_from(struct aspace *space, KnRgnDesc *desc,
                         const struct aspace *source, const KnRgnDesc *from)
    __attribute__((warn_unused_result));

/* rgnFree(). */
KnError aspace_free(struct aspace *space, const KnRgnDesc *desc)
    __attribute__((warn_unused_result));

/* Gives a free range memory of its own, zero-filled, for the kernel's own
 * purposes: kind is K_RGN_DATA or K_RGN_STACK.  K_OK or K_ENOMEM. */
KnError aspace_add_memory(struct aspace *space, const struct region *like)
    __attribute__((warn_unused_result));

/* Maps memory that somebody else owns, never writable: part of an image.
 * K_OK or K_ENOMEM. */
KnError aspace_share(struct aspace *space, uint64_t start, uint64_t size,
                     paddr_t memory, VmFlags options)
    __attribute__((warn_unused_result));

/* Takes a free range of addresses out of use: a guard.  K_OK or K_ENOMEM. */
KnError aspace_reserve(struct aspace *space, uint64_t start, uint64_t size)
    __attribute__((warn_unused_result));

/* Maps a block of the bank, and unmaps it (aspace_block.c).  K_OK or
 * K_ENOMEM. */
KnError aspace_attach_block(struct aspace *space, uaddr_t at, paddr_t memory,
                            uint64_t size, bool writable)
    __attribute__((warn_unused_result));
void aspace_detach_block(struct aspace *space, uaddr_t at, uint64_t size);

/* Lets the actor write to a block that is attached, or not.  Cannot fail. */
void aspace_block_writable(struct aspace *space, uaddr_t at, uint64_t size,
                           bool writable);

/* Whether that byte is of a block that is attached, and may be written to. */
bool aspace_block_at(const struct aspace *space, uaddr_t at, bool write);

/* Whether an address lies in the window of the bank. */
static inline bool aspace_in_bank(uint64_t address)
{
    return address - ASPACE_BANK_BASE < ASPACE_BANK_END - ASPACE_BANK_BASE;
}

/* Copies up to size bytes of the data or constants of a space that need not be
 * the current one, as far as they go on in one page.  Returns how many; 0:
 * there is nothing such at that address. */
size_t aspace_peek(const struct aspace *space, uint64_t at, void *to,
                   size_t size);

/* Flips the bits of mask in up to size bytes of a space, as far as they go on
 * in one page: of its data, its stack, or its text and constants, of which it
 * gets a page of its own first, for the rest of its life.  For faults on
 * purpose.  Returns how many bytes; 0: there is nothing such at that address,
 * or no memory for the page. */
size_t aspace_flip(struct aspace *space, uint64_t at, const void *mask,
                   size_t size);

/* Copies into a space that need not be the current one; the range must have
 * memory of its own (aspace_add_memory). */
void aspace_fill(const struct aspace *space, uint64_t at, const void *from,
                 size_t size);

/* The same as aspace_allows(), whatever the range. */
bool aspace_allows_range(const struct aspace *space, uaddr_t at, uint64_t size,
                         bool write);

/* True if every byte of the range is mapped and may be read, or written.
 * Mostly it lies in the region of the last question. */
static inline bool aspace_allows(const struct aspace *space, uaddr_t at,
                                 uint64_t size, bool write)
{
    const struct region *region = region_hinted(&space->list, at.raw);

    if (region != NULL &&
        size <= region->size - (at.raw - region->start) &&
        region->kind != K_RGN_RESERVED &&
        (!write || (region->options & K_WRITABLE) != 0))
        return true;
    return aspace_allows_range(space, at, size, write);
}

#endif
