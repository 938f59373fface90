/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Between the kernel and an actor's memory.
 */
#include "mm/ucopy.h"

#include "arch/arch.h"

KnError ucopy_in(const struct aspace *space, void *to, uaddr_t from,
                 size_t size)
{
    if (!aspace_allows(space, from, size, false))
        return K_EFAULT;
    arch_user_read(to, from, size);
    return K_OK;
}

KnError ucopy_in_word(const struct aspace *space, uint32_t *to, uaddr_t from)
{
    if (!aspace_allows(space, from, sizeof(*to), false))
        return K_EFAULT;
    *to = arch_user_read_word(from);
    return K_OK;
}

KnError ucopy_out_check(const struct aspace *space, uaddr_t to, size_t size)
{
    return aspace_allows(space, to, size, true) ? K_OK : K_EFAULT;
}

KnError ucopy_out(const struct aspace *space, uaddr_t to, const void *from,
                  size_t size)
{
    if (!aspace_allows(space, to, size, true))
        return K_EFAULT;
    arch_user_write(to, from, size);
    return K_OK;
}

KnError ucopy_string(const struct aspace *space, char *to, uaddr_t from,
                     size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uaddr_t at = uaddr(from.raw + i);

        /* A page at a time: the next one need not be there. */
        if ((i == 0 || page_aligned(at.raw)) &&
            !aspace_allows(space, at, 1, false))
            return K_EFAULT;
        arch_user_read(&to[i], at, 1);
        if (to[i] == '\0')
            return K_OK;
    }
    return K_EINVAL;
}
