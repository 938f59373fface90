/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's own address space.  Upper half only, the same in every actor:
 *
 *   0xffff800000000000  physmap: usable RAM, one to one, never executable;
 *                       without the kernel's image, without the bank
 *   0xffffc00000000000  devices, page by page as drivers ask for them
 *   0xffffd00000000000  bank metadata: read-only
 *   0xffffd00010000000  pages of them once more, writable, only while bank.c
 *                       stores, and only those that it stores to
 *   0xffffd08000000000  the window: one page of a bank block at a time, only
 *                       while the kernel zeroes it
 *   0xffffffff80000000  the image: text r-x, constants r--, data rw-
 */
#ifndef MM_KSPACE_H
#define MM_KSPACE_H

#include "arch/arch.h"
#include "boot/boot_info.h"
#include "mm/frame.h"
#include "mm/types.h"

#define KSPACE_PHYSMAP 0xffff800000000000ull
#define KSPACE_DEVICES 0xffffc00000000000ull
#define KSPACE_BANK 0xffffd00000000000ull
#define KSPACE_BANK_OPEN 0xffffd00010000000ull
#define KSPACE_WINDOW 0xffffd08000000000ull

/* Builds the map described above and switches to it.  Needs frames.  What
 * lies in a hole stays out of the physmap, but for the archive, which is in
 * it read-only. */
void kspace_init(const struct boot_info *info, const struct frame_hole *holes,
                 unsigned hole_count);

/* The root of the kernel's map, for roots that must share it. */
const pte_t *kspace_root(void);

/* The kernel pointer to a physical address of usable RAM, and back. */
void *kspace_pointer(paddr_t address);
paddr_t kspace_physical(const void *pointer);

/* Maps the registers of a device; never unmapped. */
volatile void *kspace_map_device(paddr_t address, size_t size);

/* Maps the bank's metadata, read-only; again, with the same address, more of
 * them. */
const void *kspace_map_bank(paddr_t address, size_t size);

/* Memory for a table of the kernel's that lasts until the next start, of size
 * bytes, at least one, on a page of its own.  What is in it is whatever RAM
 * held.  NULL: there is not so much in one piece. */
void *kspace_table(size_t size) __attribute__((warn_unused_result));

/* Opens the pages of the metadata that two places lie in for writing, the
 * second behind the first, and says where these places are then.
 * kspace_bank_lock() shuts all that are open.  For those functions of bank.c
 * that store. */
struct kspace_opened {
    void *place, *other;
};
struct kspace_opened kspace_bank_unlock(const void *place, const void *other);
void kspace_bank_lock(void);

/* Maps one page that the physmap leaves out, writable, until closed.  There
 * is one window: the next open needs the close. */
void *kspace_window_open(paddr_t page);
void kspace_window_close(void);

#endif
