/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Looking into a block without holding it.
 */
#include "kernel/string.h"
#include "mm/kspace.h"
#include "mm/pmm_core.h"

/* Copies what of one page lies in the range; the window shows it. */
static size_t page_read(const struct bank_block *block, uint64_t offset,
                        char *to, size_t size)
{
    uint64_t in_page = offset & PAGE_MASK;
    size_t part = PAGE_SIZE - in_page < size ? PAGE_SIZE - in_page : size;
    paddr_t page = paddr_add(block->memory, page_down(offset));

    memcpy(to, (const char *)kspace_window_open(page) + in_page, part);
    kspace_window_close();
    return part;
}

long pmm_read(const PmmName *name, uint64_t offset, void *to, size_t size)
{
    struct bank_block block;
    struct bank_name made;
    size_t done = 0;
    int slot;

    if (pmm_name_make(name, &made) != K_OK)
        return K_EINVAL;
    slot = bank_find_name(&made);
    if (slot < 0)
        return K_EUNKNOWN;
    block = bank_block((unsigned)slot);
    if (offset >= block.size)
        return 0;
    size = size < block.size - offset ? size : block.size - offset;
    while (done < size)
        done += page_read(&block, offset + done, (char *)to + done,
                          size - done);
    return (long)done;
}
