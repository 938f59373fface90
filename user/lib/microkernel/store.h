/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A persistent map's block of the bank:
 *
 *   offset  0  magic      stored last: from then on this is a map
 *           8  version    of this layout
 *          12  count      of blocks
 *          16  size       of a block, as defined
 *          20  check      of the three
 *          24  -          zero, to 64
 *          64  states     a word for each block: STORE_FREE or STORE_USED;
 *                         anything else is damage, and counts as used
 *           :  blocks     from the next multiple of 64 on
 *
 * Whether a block is in use is one word: a change of it is one store, and
 * there is no other.  All else about the map is worked out from these words
 * when it is attached.  Not installed.
 */
#ifndef MICROKERNEL_STORE_H
#define MICROKERNEL_STORE_H

#include <stddef.h>
#include <stdint.h>

struct k_map_store {
    uint64_t magic;
    uint32_t version, count, size, check;
    uint64_t reserved[5];
    uint32_t states[];
};

#define STORE_MAGIC 0x70614d6573697270ull /* "priseMap" */
#define STORE_VERSION 1u
#define STORE_USED 0x44455355u /* "USED" */
#define STORE_FREE 0u

/* The one way by which it changes; a test puts another in its place, and
 * stops after any single store (store_word.c). */
void store_word(volatile uint32_t *word, uint32_t value);
void store_commit(volatile uint64_t *word, uint64_t value);

static inline void store_state(struct k_map_store *store, uint32_t index,
                               uint32_t state)
{
    store_word(&store->states[index], state);
}

/* Where the blocks begin, and how large it all is, in bytes. */
size_t store_blocks_at(uint32_t count);
size_t store_size(uint32_t count, uint32_t stride);

/* Makes a map with all blocks free. */
void store_format(struct k_map_store *store, uint32_t count, uint32_t size);

/* K_OK; K_ESIZE: another count or size; K_EFAIL: no map, or damaged;
 * K_EUNKNOWN: new, all zero, to be formatted. */
int store_check(const struct k_map_store *store, uint32_t count,
                uint32_t size);

#endif
