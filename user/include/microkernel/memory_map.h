/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory maps: blocks of one size, handed out and taken back in a time that
 * does not depend on how many there are.
 *
 * What a correct program never does is a fault that ends the actor, and names
 * the map, the pointer and the task: freeing what is not a block of the map
 * or not in use, or using a persistent map that is not attached.
 */
#ifndef MICROKERNEL_MEMORY_MAP_H
#define MICROKERNEL_MEMORY_MAP_H

#include <microkernel/base.h>
#include <microkernel/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Block sizes are multiples of this.  Blocks themselves begin at multiples of
 * K_MAP_ALIGN, fit for any type. */
#define K_MAP_WORD 8u
#define K_MAP_ALIGN 16u
#define K_MAP_BYTES_MAX 0x40000000ul

/* Bytes from one block to the next. */
#define K_MAP_STRIDE(size) \
    (((size) + (K_MAP_ALIGN - 1ul)) / K_MAP_ALIGN * K_MAP_ALIGN)

/* What is known of a block: kept away from it, so that no overrun of a block
 * can damage it. */
struct k_map_block {
    uint32_t link;      /* K_MAP_USED, or the next free index + 1, or 0 */
    uint32_t inherited; /* held since an earlier life */
    uintptr_t owner;    /* an address in the holder's stack; 0: none */
};
#define K_MAP_USED 0xffffffffu

struct k_map_store; /* a persistent map's block of the bank */

struct k_memory_map {
    const char *name;
    uint32_t block_count;
    uint32_t stride;
    size_t block_size;
    char *blocks;
    struct k_map_block *table;
    const char *key; /* of a persistent map, or NULL */
    int persistent;
    struct k_map_store *store;

    uint32_t free;  /* index + 1 of the block that was freed last; 0: none */
    uint32_t fresh; /* blocks below this index were never in use */
    uint32_t used, used_max;
    unsigned long allocations, waits, timeouts;
    struct k_wait_queue queue;
};

typedef struct k_memory_map *kmemory_map_t;

#define K_MAP_CHECK(count, size)                                               \
    _Static_assert((count) > 0, "a memory map has at least one block");        \
    _Static_assert((size) > 0, "a block has at least one word");               \
    _Static_assert((size) % K_MAP_WORD == 0,                                   \
                   "a block's size is a multiple of K_MAP_WORD");              \
    _Static_assert((size) <= K_MAP_BYTES_MAX &&                                \
                       (count) <= K_MAP_BYTES_MAX / K_MAP_STRIDE(size),        \
                   "a memory map has at most K_MAP_BYTES_MAX bytes")

#define K_MAP_OBJECT(map_name, count, size, ...)                               \
    static struct k_map_block _k_map_table_##map_name[count];                  \
    struct k_memory_map _k_map_##map_name = {                                  \
        .name = #map_name,                                                     \
        .block_count = (count),                                                \
        .stride = K_MAP_STRIDE(size),                                          \
        .block_size = (size),                                                  \
        .table = _k_map_table_##map_name,                                      \
        .fresh = (count),                                                      \
        __VA_ARGS__                                                            \
    };                                                                         \
    K_OBJECT_ENTER(struct k_memory_map, map, map_name, _k_map_##map_name);     \
    extern const kmemory_map_t map_name;                                       \
    const kmemory_map_t map_name = &_k_map_##map_name

/* Defines a memory map at file scope: num_blocks and block_size (bytes, a
 * multiple of K_MAP_WORD) are constants, not 0, and at most K_MAP_BYTES_MAX
 * together; the compiler refuses anything else.  Another file uses
 * `extern const kmemory_map_t name;`. */
#define DEFINE_MEMORY_MAP(name, num_blocks, block_size)                        \
    K_MAP_CHECK(num_blocks, block_size);                                       \
    static char _k_map_blocks_##name[(num_blocks) * K_MAP_STRIDE(block_size)]  \
        __attribute__((aligned(K_MAP_ALIGN)));                                 \
    K_MAP_OBJECT(name, num_blocks, block_size,                                 \
                 .blocks = _k_map_blocks_##name)

/* The older name; it brings its own semicolon. */
#define DEFINE_MEM_MAP(name, num_blocks, block_size)                           \
    DEFINE_MEMORY_MAP(name, num_blocks, block_size);

/* Defines a memory map that lies in the block "map.NAME" of the bank, with
 * the key block_key (a string, or NULL), and so outlives the actor.  It must
 * be attached before use.  One actor has it at a time.  Ours. */
#define DEFINE_PERSISTENT_MEMORY_MAP(name, num_blocks, block_size, block_key)  \
    K_MAP_CHECK(num_blocks, block_size);                                       \
    K_MAP_OBJECT(name, num_blocks, block_size, .persistent = 1,                \
                 .key = (block_key))

/* Allocates a block and stores its address in *block, or NULL if there is
 * none.  If all are in use, waits for one: not at all (TICKS_NONE), for some
 * ticks, or for ever (TICKS_UNLIMITED).  Contents are as the last user left
 * them.  The block freed last is handed out first; of those that were never
 * used, the one with the highest address.  A block that is freed while tasks
 * wait goes straight to the one of the highest priority (as it was when it
 * began to wait) that has waited longest.  Any thread; may block.
 *
 *   RC_OK      *block is a block
 *   RC_FAIL    TICKS_NONE, and all blocks are in use; threadAbort(); or
 *              K_WAITS_MAX tasks wait already
 *   RC_TIME    none was freed in time
 *
 * From task_mem_map_alloc(). */
int k_map_alloc(kmemory_map_t map, void **block, int32_t ticks);
#define task_mem_map_alloc(map, block, ticks)                                  \
    k_map_alloc((map), (void **)(block), (ticks))

/* Frees the block whose address is in *block, and makes that NULL:
 *
 *     task_mem_map_free(map, &block)
 *     task_mem_map_free(&block)        as the manual's example has it: the map
 *                                      is found by the address
 *
 * May run a task of higher priority first.  Any thread; does not wait.  From
 * task_mem_map_free(). */
void k_map_free(kmemory_map_t map, void **block);
void k_map_free_any(void **block);
#define task_mem_map_free(...)                                                 \
    K_MAP_FREE(__VA_ARGS__, K_MAP_FREE_2, K_MAP_FREE_1, 0)(__VA_ARGS__)
#define K_MAP_FREE(first, second, function, ...) function
#define K_MAP_FREE_1(block) k_map_free_any((void **)(block))
#define K_MAP_FREE_2(map, block) k_map_free((map), (void **)(block))

/* Blocks in use now.  Any thread; does not block.  From
 * task_mem_map_used_get(). */
int task_mem_map_used_get(kmemory_map_t map);

/* A map in figures.  Ours. */
struct k_map_stat {
    const char *name;
    size_t block_size; /* bytes, as defined */
    unsigned blocks, used, used_max;
    unsigned waiting;          /* tasks, now */
    unsigned long allocations; /* with those that had to wait */
    unsigned long waits, timeouts;
};

/* Writes the figures of this life to stat.  Any thread; does not block.
 * Ours. */
void task_mem_map_stat(kmemory_map_t map, struct k_map_stat *stat);

/* The maps of the program, NULL first and last.  Does not block.  Ours. */
kmemory_map_t task_mem_map_next(kmemory_map_t map);

/* Frees every block that the task holds, one that was aborted for instance,
 * and returns how many.  Whoever allocated a block holds it, unless another
 * task adopted it.  Any thread; does not block.  Ours. */
unsigned task_mem_map_reclaim(kmemory_map_t map, ktask_t task);

/* ---- Persistent maps (ours) -------------------------------------------- */

/* Finds a persistent map in the bank, or makes it, with all blocks free; and
 * writes the number of blocks that an earlier life held to *inherited.  For
 * other maps, and for those that are attached, nothing happens.  Any thread,
 * one at a time; does not block.
 *
 *   K_OK       the map can be used
 *   K_ESIZE    the bank holds a map of that name with another number of
 *              blocks or another block size
 *   K_EFAIL    the block of the bank is no memory map, or one of another
 *              version of this library, or its description is damaged
 *   others     as pmmAllocate(): K_ESPACE, K_EBUSY, K_EFULL ... */
int task_mem_map_attach(kmemory_map_t map, unsigned *inherited);

/* The next block that an earlier life held and that is neither adopted nor
 * freed yet, behind block, or from the start with NULL; NULL: there is none.
 * Such a block is in use; freeing it is allowed.  Any thread; does not
 * block. */
void *task_mem_map_inherited(kmemory_map_t map, const void *block);

/* Makes the caller the holder of a block in use.  Any thread; does not
 * block. */
void task_mem_map_adopt(kmemory_map_t map, void *block);

/* The number of a block, 0 .. num_blocks - 1, the same in every life, to be
 * kept in place of its address; and back (NULL: no such block).  Any thread;
 * does not block. */
unsigned task_mem_map_index(kmemory_map_t map, const void *block);
void *task_mem_map_block(kmemory_map_t map, unsigned index);

#ifdef __cplusplus
}
#endif
#endif
