/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The two functions of mm/aspace.h that the PMM needs.
 */
#include "aspace_fake.h"

#include "kernel/assert.h"

static struct fake_mapping *mapping_find(struct aspace *space, uint64_t at,
                                         bool free)
{
    for (unsigned i = 0; i < FAKE_MAPPINGS_MAX; i++) {
        struct fake_mapping *mapping = &space->mappings[i];

        if (free ? mapping->size == 0
                 : mapping->size != 0 && mapping->at.raw == at)
            return mapping;
    }
    return NULL;
}

const struct fake_mapping *aspace_fake_find(const struct aspace *space,
                                            uint64_t at)
{
    return mapping_find((struct aspace *)space, at, false);
}

KnError aspace_attach_block(struct aspace *space, uaddr_t at, paddr_t memory,
                            uint64_t size)
{
    struct fake_mapping *mapping = mapping_find(space, 0, true);

    ASSERT(aspace_fake_find(space, at.raw) == NULL);
    if (space->full || mapping == NULL)
        return K_ENOMEM;
    *mapping = (struct fake_mapping){at, memory, size};
    space->count++;
    return K_OK;
}

void aspace_detach_block(struct aspace *space, uaddr_t at, uint64_t size)
{
    struct fake_mapping *mapping = mapping_find(space, at.raw, false);

    ASSERT(mapping != NULL);
    ASSERT(mapping->size == size);
    mapping->size = 0;
    space->count--;
}
