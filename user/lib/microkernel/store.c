/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The layout of persistent maps; see store.h.
 */
#include "store.h"

#include <kernel/abi.h>

#define LINE 64ul

_Static_assert(sizeof(struct k_map_store) == LINE,
               "the description is in one cache line, which reaches memory in "
               "the order of its stores");

/* FNV-1a over the words. */
static uint32_t check_of(uint32_t version, uint32_t count, uint32_t size)
{
    const uint32_t words[] = {version, count, size};
    uint32_t hash = 2166136261u;

    for (unsigned i = 0; i < 3; i++)
        hash = (hash ^ words[i]) * 16777619u;
    return hash;
}

size_t store_blocks_at(uint32_t count)
{
    size_t end = sizeof(struct k_map_store) + count * sizeof(uint32_t);

    return (end + LINE - 1) / LINE * LINE;
}

size_t store_size(uint32_t count, uint32_t stride)
{
    return store_blocks_at(count) + (size_t)count * stride;
}

void store_format(struct k_map_store *store, uint32_t count, uint32_t size)
{
    for (uint32_t i = 0; i < count; i++)
        store_state(store, i, STORE_FREE);
    store_word(&store->version, STORE_VERSION);
    store_word(&store->count, count);
    store_word(&store->size, size);
    store_word(&store->check, check_of(STORE_VERSION, count, size));
    store_commit(&store->magic, STORE_MAGIC);
}

int store_check(const struct k_map_store *store, uint32_t count, uint32_t size)
{
    if (store->magic == 0)
        return K_EUNKNOWN;
    if (store->magic != STORE_MAGIC || store->version != STORE_VERSION)
        return K_EFAIL;
    if (store->check != check_of(store->version, store->count, store->size))
        return K_EFAIL;
    return store->count == count && store->size == size ? K_OK : K_ESIZE;
}
