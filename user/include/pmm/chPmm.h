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
 *   size        bytes, rounded up to pages; not used if the block exists
 *   delKey      bytes that mark blocks to be freed together; not used if the
 *               block exists.  HR_GROUP_KEY with HR_GROUP_KEYSIZE: freed with
 *               the caller's restart group.  NULL with 0: no key
 *   delKeySize  length of delKey in bytes, 0 .. sizeof(PmmDelKey)
 *
 * An actor that holds the block already gets the same address again.  A
 * block is held until the actor ends; user actors hold a block one at a time,
 * trusted actors share.  Any actor; does not block.
 *
 *   K_EINVAL   medium is not "RAM", the name is empty or not ended, or delKey
 *              is NULL and delKeySize is not 0
 *   K_ESIZE    size is 0 or larger than the bank, or delKeySize is larger
 *              than sizeof(PmmDelKey)
 *   K_ESPACE   no room of that size is left in the bank, or there is no bank
 *   K_EFULL    the bank has as many blocks as it may (pmm.maxBlocks)
 *   K_ENOMEM   no page frames for its mapping left
 *   K_EBUSY    another actor holds the block, and not both are trusted
 *   K_EFAIL    the block is sealed (pmmSeal), and its contents are not those
 *              that were sealed: pmmUnseal() it to have it as it is, or
 *              pmmFree() it
 *   K_EPRIV    the name begins with PMM_SYSTEM_PREFIX and the caller is not
 *              trusted; delKey begins so and is not HR_GROUP_KEY; or it is,
 *              and the caller is in no restart group
 *   K_EFAULT   a pointer leads outside the caller's space
 *
 * From pmmAllocate(2RESTART). */
KnError pmmAllocate(VmAddr *addr, PmmName *name, size_t size,
                    const char *delKey, size_t delKeySize);

/* Frees the block of this name for good; its name may be used again at once.
 * Any actor may, not only the one that made it: all who hold the block lose
 * it, and fault if they use it again.  Does not block.
 *
 *   K_EINVAL   medium is not "RAM", or the name is empty or not ended
 *   K_EUNKNOWN no block of this name
 *   K_EPRIV    the name begins with PMM_SYSTEM_PREFIX, and the caller is not
 *              trusted
 *   K_EFAULT   name leads outside the caller's space
 *
 * From pmmFree(2RESTART). */
int pmmFree(PmmName *name);

/* Frees all blocks that were allocated with exactly this key, as pmmFree()
 * does: all of them, or none.  Any actor; does not block.
 *
 *   K_EINVAL   delKey is NULL, or delKeySize is 0
 *   K_ESIZE    delKeySize is larger than sizeof(PmmDelKey)
 *   K_EPRIV    the key begins with PMM_SYSTEM_PREFIX: HR_GROUP_KEY, too; or
 *              a block is the system's, and the caller is not trusted
 *   K_EUNKNOWN no block has this key
 *   K_EFAULT   delKey leads outside the caller's space
 *
 * From pmmFreeAll(2RESTART). */
int pmmFreeAll(const char *delKey, size_t delKeySize);

/* Seals a block that the caller holds (ours): a promise that its contents stay
 * as they are now.  From here on all who hold it can read it and fault if they
 * write to it, so that a stray store ends the actor and not the contents; and
 * a checksum of the contents goes into the bank, in one commit.  Whatever
 * happens to the RAM while no processor watches, decay without power, a device
 * that writes, is found: the next start names the block ("bank: broken seal"),
 * and pmmAllocate() answers K_EFAIL instead of wrong bytes.
 *
 * Take it for what changes seldom and is read for long: at a quiet point,
 * after the last store.  It reads the whole block once, as does each start of
 * the site and each first pmmAllocate() by a life: about 1 ms for a MiB on
 * today's machines.  A seal outlives actors, restarts and resets as the block
 * does.  Sealing a sealed block does nothing.  Any actor; does not block.
 *
 *   K_EINVAL   medium is not "RAM", or the name is empty or not ended
 *   K_EUNKNOWN no block of this name
 *   K_EPRIV    the caller does not hold the block; or the name begins with
 *              PMM_SYSTEM_PREFIX, and the caller is not trusted
 *   K_EFAULT   name leads outside the caller's space */
KnError pmmSeal(PmmName *name);

/* Opens a seal, to write to the block again (ours).  Also opens a broken one:
 * the next pmmAllocate() then gives the block with the bytes that there are.
 * A block without a seal stays as it is.  The caller holds the block, or
 * nobody does.  Any actor; does not block.
 *
 *   K_EBUSY    others hold the block, and the caller does not
 *   and as for pmmSeal() */
KnError pmmUnseal(PmmName *name);

#ifdef __cplusplus
}
#endif
#endif
