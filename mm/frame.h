/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Physical memory, a page at a time.  A frame is a page of usable RAM that
 * belongs to nobody else: not to the image, the archive or the bank.
 */
#ifndef MM_FRAME_H
#define MM_FRAME_H

#include "boot/boot_info.h"
#include "mm/types.h"

/* Physical memory that is set aside before anything may be allocated. */
struct frame_hole {
    paddr_t start;
    uint64_t size; /* 0: no hole */
};

/* Takes all RAM of info but the holes.  Once a start, first of all. */
void frame_init(const struct boot_info *info, const struct frame_hole *holes,
                unsigned hole_count);

/* Takes a frame, filled with zeros.  K_OK or K_ENOMEM. */
KnError frame_allocate(paddr_t *frame) __attribute__((warn_unused_result));

/* Gives a frame back.  Its contents are overwritten when it is taken again. */
void frame_free(paddr_t frame);

/* Frames in all, and free ones. */
uint64_t frame_total(void);
uint64_t frame_available(void);

#endif
