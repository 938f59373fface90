/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An address space for the tests of the PMM: it only remembers which blocks
 * were attached, and can be told to run out of memory.
 */
#ifndef TESTS_HOST_ASPACE_FAKE_H
#define TESTS_HOST_ASPACE_FAKE_H

#include "mm/aspace.h"

#define FAKE_MAPPINGS_MAX 64

struct fake_mapping {
    uaddr_t at;
    paddr_t memory;
    uint64_t size; /* 0: free */
};

struct aspace {
    struct fake_mapping mappings[FAKE_MAPPINGS_MAX];
    unsigned count;
    bool full; /* attaching fails with K_ENOMEM */
};

/* The mapping that begins at that address, or NULL. */
const struct fake_mapping *aspace_fake_find(const struct aspace *space,
                                            uint64_t at);

#endif
