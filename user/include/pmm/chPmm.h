/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Persistent Memory Manager: named blocks of memory that outlive the
 * actor that made them, a restart of the kernel, and a reset of the machine
 * where RAM survives it.
 */
#ifndef PMM_CHPMM_H
#define PMM_CHPMM_H

#include <chorus.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Finds the block of this name, or allocates it, zeroed; maps it writable
 * into the caller and writes its address to addr.  A block has one address,
 * the same in every actor and after every restart.
 *
 *   name        medium "RAM" and a name of 1 .. 47 bytes, both ended by NUL
 *   size        bytes, rounded up to pages; not read if the block exists
 *   delKey      1 .. sizeof(PmmDelKey) bytes that mark blocks to be freed
 *               together; not read if the block exists.  HR_GROUP_KEY with
 *               HR_GROUP_KEYSIZE: freed with the caller's restart group
 *   delKeySize  length of delKey in bytes
 *
 * An actor that holds the block already gets the same address again.  A
 * block is held until the actor ends; user actors hold a block one at a time,
 * trusted actors share.  Any actor; does not block.
 *
 *   K_EINVAL   medium is not "RAM", or a name is empty or not ended
 *   K_ESIZE    size is 0 or larger than the bank, or delKeySize is 0 or
 *              larger than sizeof(PmmDelKey)
 *   K_ESPACE   no room in the bank, no room for one more name, or no bank
 *   K_ENOMEM   no region descriptors left
 *   K_EBUSY    another user actor holds the block
 *   K_EPRIV    delKey begins with PMM_SYSTEM_PREFIX and is not HR_GROUP_KEY,
 *              or it is and the caller is in no restart group
 *   K_EFAULT   a pointer leads outside the caller's space
 *
 * From pmmAllocate(2RESTART). */
KnError pmmAllocate(VmAddr *addr, PmmName *name, size_t size,
                    const char *delKey, size_t delKeySize);

/* Frees the block of this name for good; its name may be used again at once.
 * Any actor may, not only the one that made it; the caller loses its mapping.
 * Does not block.
 *
 *   K_EINVAL   as pmmAllocate()
 *   K_EUNKNOWN no block of this name
 *   K_EBUSY    another actor holds the block
 *   K_EPRIV    the block is the system's own
 *   K_EFAULT   name leads outside the caller's space
 *
 * From pmmFree(2RESTART). */
int pmmFree(PmmName *name);

/* Frees all blocks that were allocated with this key: all of them, or none.
 * Any actor; does not block.
 *
 *   K_EPRIV    the key begins with PMM_SYSTEM_PREFIX: HR_GROUP_KEY, too
 *   K_ESIZE    delKeySize is 0 or larger than sizeof(PmmDelKey)
 *   K_EUNKNOWN no block has this key
 *   K_EBUSY    another actor holds one of the blocks
 *   K_EFAULT   delKey leads outside the caller's space
 *
 * From pmmFreeAll(2RESTART). */
int pmmFreeAll(const char *delKey, size_t delKeySize);

#ifdef __cplusplus
}
#endif
#endif
