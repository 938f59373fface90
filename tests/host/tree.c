/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Making device trees: the blocks grow side by side and are put together in
 * the end.
 */
#include "tree.h"

#include <assert.h>
#include <string.h>

#define HEADER_SIZE 40

static struct {
    struct tree reserved, nodes, strings, all;
} maker;

static void put(struct tree *block, const void *bytes, size_t size)
{
    assert(block->size + size + 4 <= TREE_SIZE_MAX);
    if (size > 0)
        memcpy(block->bytes + block->size, bytes, size);
    block->size += size;
}

static void put32(struct tree *block, uint32_t value)
{
    uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16),
                       (uint8_t)(value >> 8), (uint8_t)value};

    put(block, bytes, sizeof(bytes));
}

static void pad(struct tree *block)
{
    while (block->size % 4 != 0)
        put(block, "", 1);
}

void tree_begin(const uint64_t *reservations, unsigned count)
{
    memset(&maker, 0, sizeof(maker));
    for (unsigned i = 0; i < 2 * count + 2; i++) {
        uint64_t value = i < 2 * count ? reservations[i] : 0;

        put32(&maker.reserved, (uint32_t)(value >> 32));
        put32(&maker.reserved, (uint32_t)value);
    }
}

void tree_token(uint32_t token)
{
    put32(&maker.nodes, token);
}

void tree_node(const char *name)
{
    tree_token(1);
    put(&maker.nodes, name, strlen(name) + 1);
    pad(&maker.nodes);
}

void tree_up(void)
{
    tree_token(2);
}

void tree_bytes(const char *name, const void *bytes, size_t size)
{
    tree_token(3);
    put32(&maker.nodes, (uint32_t)size);
    put32(&maker.nodes, (uint32_t)maker.strings.size);
    put(&maker.nodes, bytes, size);
    pad(&maker.nodes);
    put(&maker.strings, name, strlen(name) + 1);
}

void tree_text(const char *name, const char *text)
{
    tree_bytes(name, text, strlen(text) + 1);
}

void tree_cells(const char *name, const uint32_t *cells, unsigned count)
{
    struct tree value = {.size = 0};

    for (unsigned i = 0; i < count; i++)
        put32(&value, cells[i]);
    tree_bytes(name, value.bytes, value.size);
}

const struct tree *tree_end(void)
{
    uint32_t nodes = (uint32_t)(HEADER_SIZE + maker.reserved.size);
    uint32_t strings, total;

    tree_token(9);
    strings = nodes + (uint32_t)maker.nodes.size;
    total = strings + (uint32_t)maker.strings.size;
    put32(&maker.all, 0xd00dfeed);
    put32(&maker.all, total);
    put32(&maker.all, nodes);
    put32(&maker.all, strings);
    put32(&maker.all, HEADER_SIZE);
    put32(&maker.all, 17);
    put32(&maker.all, 16);
    put32(&maker.all, 0);
    put32(&maker.all, (uint32_t)maker.strings.size);
    put32(&maker.all, (uint32_t)maker.nodes.size);
    put(&maker.all, maker.reserved.bytes, maker.reserved.size);
    put(&maker.all, maker.nodes.bytes, maker.nodes.size);
    put(&maker.all, maker.strings.bytes, maker.strings.size);
    return &maker.all;
}
