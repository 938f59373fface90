/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actor images: ELF files of the archive, checked once.  Text and constants
 * are shared straight from the archive; data are copied from it, past a
 * checksum, each time that an actor is built.
 */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include "boot/archive.h"
#include "kernel/avl.h"
#include "kernel/config.h"
#include "mm/aspace.h"

struct image_segment {
    uint64_t start;           /* address in the actor, page aligned */
    uint64_t size, file_size; /* bytes; the rest is BSS */
    uint64_t file_offset;
    VmFlags options; /* K_WRITABLE, K_EXECUTABLE */
    uint32_t check;  /* of the bytes in the file, with K_WRITABLE */
    unsigned round;  /* in which they were found to have it */
};

struct image {
    unsigned users;
    struct avl_node by_name; /* of all that are loaded */
    struct archive_file file;
    uint64_t entry;
    unsigned segment_count;
    struct image_segment segments[IMAGE_SEGMENTS_MAX];
};

/* Sets memory aside for so many images.  Once a start. */
void image_init(unsigned count);

/* Finds or loads the image of that name and counts a user.  K_OK, K_EUNKNOWN
 * (no such file), K_ENOEXEC (not an image for this machine).  There are as
 * many images as users at most. */
KnError image_open(const char *name, struct image **image)
    __attribute__((warn_unused_result));

/* Counts a user less. */
void image_close(struct image *image);

/* Lays the image out in an empty space.  K_OK, K_ENOMEM, or K_EFAIL when the
 * pristine data are not what they were. */
KnError image_build(struct image *image, struct aspace *space)
    __attribute__((warn_unused_result));

/* Puts the data of the image back in a space that still has its layout.  K_OK,
 * or K_EFAIL when the pristine data are not what they were. */
KnError image_restore(struct image *image, struct aspace *space)
    __attribute__((warn_unused_result));

/* Several lives are begun in one trap: pristine data that are found whole in a
 * round are not looked at again in it. */
void image_round_begin(void);
void image_round_end(void);

/* Finds the function of an image's file that holds address.  False: no
 * symbol. */
bool image_symbol(const struct archive_file *file, uint64_t address,
                  const char **name, uint64_t *offset);

#endif
