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

/* Takes count neighbouring frames that nobody has been given since the start,
 * as they are; they are not given back.  K_OK or K_ENOMEM: there are none. */
KnError frame_allocate_run(uint64_t count, paddr_t *start)
    __attribute__((warn_unused_result));

/* Gives a frame back.  Its contents are overwritten when it is taken again. */
void frame_free(paddr_t frame);

/* Which frames a walk is about. */
enum frame_state {
    FRAMES_FREE,  /* every free one */
    FRAMES_FRESH, /* those that nobody has been given since the start */
};

/* Neighbouring frames. */
struct frame_run {
    paddr_t start;
    uint64_t size; /* bytes; 0: there are none */
};

/* The first run of frames in that state at from or above, at most size_max
 * bytes of it.  Changes nothing: a walk goes on at the end of the run. */
struct frame_run frame_find(paddr_t from, uint64_t size_max,
                            enum frame_state state);

/* Frames in all, and free ones. */
uint64_t frame_total(void);
uint64_t frame_available(void);

#endif
