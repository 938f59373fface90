/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The archive of actor images: a cpio file in the "newc" format that the
 * loader brings with the kernel.  It stays where the loader put it,
 * read-only, and is the pristine copy from which every actor is built.
 */
#ifndef BOOT_ARCHIVE_H
#define BOOT_ARCHIVE_H

#include "mm/types.h"

/* One file, in place. */
struct archive_file {
    const char *name; /* NUL-terminated, inside the archive */
    const void *data; /* page aligned */
    size_t size;      /* bytes */
};

/* Checks an archive from its first header to its last, and its own hash, and
 * makes it the one that the calls below use.  Returns NULL, or what is wrong
 * with it, in words. */
const char *archive_open(const void *start, size_t size);

/* Finds a file by its whole name.  K_OK or K_EUNKNOWN. */
KnError archive_find(const char *name, struct archive_file *file)
    __attribute__((warn_unused_result));

/* Walks the files: index 0, 1, ... until it returns false. */
bool archive_file_at(unsigned index, struct archive_file *file);

#endif
