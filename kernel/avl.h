/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Balanced trees with the node inside the object, for whatever there can be
 * many of.  Who inserts goes down from the root by an order of its own; a
 * path has at most 1.44 log2(n) nodes.
 */
#ifndef KERNEL_AVL_H
#define KERNEL_AVL_H

#include <stdbool.h>
#include <stddef.h>

struct avl_node {
    struct avl_node *child[2]; /* what comes before, what comes after */
    struct avl_node *parent;
    unsigned height; /* 0: in no tree */
};

struct avl {
    struct avl_node *root;
    /* Works out what a node says of all below it, from its children, and
     * returns whether that is something else than before; or NULL.  Called
     * whenever the children have changed. */
    bool (*update)(struct avl_node *node);
};

/* The object of type that holds node as its member. */
#define AVL_ENTRY(node, type, member)                                          \
    ((type *)(void *)((char *)(node) - offsetof(type, member)))

static inline bool avl_in_tree(const struct avl_node *node)
{
    return node->height != 0;
}

/* Hangs node, which is in no tree, below parent on that side, where nothing
 * is; parent NULL: as the root of an empty tree. */
void avl_insert(struct avl *tree, struct avl_node *parent, unsigned side,
                struct avl_node *node);

/* Takes node, which is in the tree, out of it. */
void avl_remove(struct avl *tree, struct avl_node *node);

/* What the node says of itself has changed: update() all above it. */
void avl_changed(struct avl *tree, struct avl_node *node);

/* The first node in order, and the one after a node; NULL: there is none. */
struct avl_node *avl_first(const struct avl *tree);
struct avl_node *avl_next(const struct avl_node *node);

#endif
