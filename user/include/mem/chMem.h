/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Regions: ranges of an actor's address space.  All memory is there at once
 * and zeroed; nothing is paged.  Region memory goes when the actor ends.
 */
#ifndef MEM_CHMEM_H
#define MEM_CHMEM_H

#include <kernel/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The unit of allocation, in bytes.  Any actor; does not block.
 * From vmPageSize(2K). */
int vmPageSize(void);

/* Allocates the region that rgnDesc tells, in the actor that actorCap tells:
 * K_MYACTOR, or the caller's own capability; another's only for trusted
 * callers.
 *
 *   size       bytes, at least 1; rounded up to whole pages
 *   options    K_WRITABLE, K_EXECUTABLE (never both), K_ANYWHERE,
 *              K_RESTRICTIVE, K_RESERVED (addresses only: any access
 *              faults); accepted because always true: K_FILLZERO, K_NODEMAND,
 *              K_NOWAITFORMEMORY, K_NOSWAPOUT; K_SUPERVISOR from K_SUPACTOR
 *   startAddr  page aligned; not read with K_ANYWHERE, which looks downwards
 *              from the top of 0xc0000000 .. 0xffff0000; with K_RESTRICTIVE,
 *              looks downwards from endAddr to here
 *   endAddr    page aligned, with K_RESTRICTIVE only
 *   opaque1/2  kept with the region for rgnStat()
 *
 * startAddr and the rounded size are written back.  A region that touches one
 * with the same options and opaque values becomes one with it.  Does not
 * block.
 *
 *   K_EROUND   startAddr or endAddr is not page aligned
 *   K_ESIZE    size is 0, or more than an actor can name
 *   K_EADDR    not in the user range, below 64 KiB, or in the window of the
 *              persistent blocks, 0x80000000 .. 0xbfffffff; or endAddr is not
 *              above startAddr
 *   K_EOVERLAP some of the range is in use
 *   K_EPROT    K_WRITABLE and K_EXECUTABLE together
 *   K_EINVAL   an option that is not listed
 *   K_ENOMEM   no page frames, no room, or no region descriptors left
 *   K_EPRIV    another actor, and the caller is not trusted; K_SUPERVISOR,
 *              and the caller is not a K_SUPACTOR
 *   K_EUNKNOWN the capability is stale or forged
 *   K_EFAULT   a pointer leads outside the caller's space
 *
 * From rgnAllocate(2K). */
int rgnAllocate(KnCap *actorCap, KnRgnDesc *rgnDesc);

/* Allocates a region in one actor with a copy of memory of another:
 *
 *   tgtRgnDesc as for rgnAllocate(), but for K_RESERVED.  With K_EXECUTABLE
 *              it is how code gets into an actor that has no image
 *   srcRgnDesc startAddr, page aligned, and size, which in pages is the
 *              target's; all of it memory that its actor may read
 *
 * Each actor: K_MYACTOR, or the caller's own capability; another's only for
 * trusted callers.  Does not block.
 *
 *   K_EADDR    also: some of the source is no memory, or only reserved
 *   K_ESIZE    also: the sizes differ
 *   K_EPROT    also: some of the source is a persistent block
 *   K_EINVAL   also: K_RESERVED
 *   K_EROUND K_EOVERLAP K_ENOMEM K_EPRIV K_EUNKNOWN K_EFAULT as rgnAllocate()
 *
 * From rgnInitFromActor(2K). */
int rgnInitFromActor(KnCap *tgtActorCap, KnRgnDesc *tgtRgnDesc,
                     KnCap *srcActorCap, KnRgnDesc *srcRgnDesc);

/* Frees the addresses startAddr .. startAddr + size, which may span regions
 * and holes: regions shrink, split or go.  options is 0; or K_FREEALL: every
 * region of the actor, its code and its stacks too, and so its end, an
 * abnormal one.  Does not block.
 *
 *   K_EINVAL   another option
 *   K_ENOMEM   a hole would need one more region descriptor than there is
 *   K_EPRIV    startAddr is in a persistent block, which only pmmFree()
 *              frees; or as rgnAllocate()
 *   K_EROUND K_ESIZE K_EADDR K_EUNKNOWN K_EFAULT as rgnAllocate()
 *
 * From rgnFree(2K). */
int rgnFree(KnCap *actorCap, KnRgnDesc *rgnDesc);

/* Tells the regions in startAddr .. startAddr + size of rgnDesc, lowest
 * first: fills stat with as many as fit into buffSize bytes, and returns how
 * many there are, which may be more.  Neither need be aligned; options is not
 * read.  Does not block.
 *
 *   K_EPRIV K_EUNKNOWN K_EFAULT as rgnAllocate()
 *
 * From rgnStat(2K); the member kind is ours. */
int rgnStat(KnCap *actorCap, KnRgnDesc *rgnDesc, KnRgnStat *stat,
            unsigned buffSize);

#ifdef __cplusplus
}
#endif
#endif
