/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Stands in for mm/aspace.h in the tests of the PMM: the two functions that
 * it needs, over an address space that is a short list (aspace_fake.c).
 */
#ifndef MM_ASPACE_H
#define MM_ASPACE_H

#include "mm/types.h"

#define ASPACE_BANK_BASE 0x80000000ull

struct aspace;

KnError aspace_attach_block(struct aspace *space, uaddr_t at, paddr_t memory,
                            uint64_t size) __attribute__((warn_unused_result));
void aspace_detach_block(struct aspace *space, uaddr_t at, uint64_t size);

#endif
