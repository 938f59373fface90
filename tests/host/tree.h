/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Making device trees, whole and otherwise.
 */
#ifndef TREE_H
#define TREE_H

#include <stddef.h>
#include <stdint.h>

#define TREE_SIZE_MAX 8192

struct tree {
    uint8_t bytes[TREE_SIZE_MAX];
    size_t size;
};

/* Begins a tree with these reservations: pairs of start and size. */
void tree_begin(const uint64_t *reservations, unsigned count);

/* Adds a node, a property, the end of a node. */
void tree_node(const char *name);
void tree_bytes(const char *name, const void *bytes, size_t size);
void tree_text(const char *name, const char *text);
void tree_cells(const char *name, const uint32_t *cells, unsigned count);
void tree_up(void);

#define TREE_CELLS(name, ...)                                                  \
    tree_cells(name, (const uint32_t[]){__VA_ARGS__},                          \
               sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* Adds any token, and the end of all; returns the finished tree. */
void tree_token(uint32_t token);
const struct tree *tree_end(void);

#endif
