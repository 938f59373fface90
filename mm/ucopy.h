/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The only way between the kernel and the memory of the running actor.  An
 * address from an actor is a claim; here it is checked against the actor's
 * regions, and what it points at is copied in once, so that nothing can
 * change between a check and its use.
 *
 * All return K_OK, or K_EFAULT when a byte of the range may not be touched:
 * then nothing was copied.
 */
#ifndef MM_UCOPY_H
#define MM_UCOPY_H

#include "arch/arch.h"
#include "mm/aspace.h"

/* Copies in. */
KnError ucopy_in(const struct aspace *space, void *to, uaddr_t from,
                 size_t size) __attribute__((warn_unused_result));

/* Copies in a word, which is aligned. */
KnError ucopy_in_word(const struct aspace *space, uint32_t *to, uaddr_t from)
    __attribute__((warn_unused_result));

/* Asks whether ucopy_in() of size bytes would do. */
static inline KnError ucopy_in_check(const struct aspace *space, uaddr_t from,
                                     size_t size)
{
    return aspace_allows(space, from, size, false) ? K_OK : K_EFAULT;
}

/* Copies out. */
KnError ucopy_out(const struct aspace *space, uaddr_t to, const void *from,
                  size_t size) __attribute__((warn_unused_result));

/* Asks whether ucopy_out() of size bytes would do, before effects are made
 * that cannot be undone. */
KnError ucopy_out_check(const struct aspace *space, uaddr_t to, size_t size)
    __attribute__((warn_unused_result));

/* Copies out where ucopy_out_check() has said yes, since when nothing has been
 * taken from the space. */
static inline void ucopy_out_checked(uaddr_t to, const void *from, size_t size)
{
    arch_user_write(to, from, size);
}

/* Copies a NUL-terminated string of less than size bytes into to.  Longer:
 * K_EINVAL.  The string may end right below an unmapped page. */
KnError ucopy_string(const struct aspace *space, char *to, uaddr_t from,
                     size_t size) __attribute__((warn_unused_result));

#endif
