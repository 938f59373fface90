/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory (Adelson-Velsky and Landis).  The heights of two siblings differ by
 * one at most.  A change makes a difference of two at worst, on the way up
 * from it, and a rotation or two mend that:
 *
 *          n                up
 *         / \              /  \
 *        .   up    -->    n    .
 *           /  \         / \
 *       inner   .       .   inner
 */
#include "kernel/avl.h"

#include "kernel/assert.h"

static unsigned height(const struct avl_node *node)
{
    return node == NULL ? 0 : node->height;
}

/* Whether what is above the node has to be told. */
static bool renew(const struct avl *tree, struct avl_node *node)
{
    unsigned low = height(node->child[0]), high = height(node->child[1]);
    unsigned before = node->height;

    node->height = 1 + (low > high ? low : high);
    return (tree->update != NULL && tree->update(node)) ||
           node->height != before;
}

/* Puts heir, or nothing for NULL, where node hangs. */
static void replace(struct avl *tree, const struct avl_node *node,
                    struct avl_node *heir)
{
    struct avl_node *parent = node->parent;

    if (parent == NULL)
        tree->root = heir;
    else
        parent->child[parent->child[1] == node] = heir;
    if (heir != NULL)
        heir->parent = parent;
}

/* Lifts the child on that side above node; returns it. */
static struct avl_node *rotate(struct avl *tree, struct avl_node *node,
                               unsigned side)
{
    struct avl_node *up = node->child[side], *inner = up->child[!side];

    replace(tree, node, up);
    node->child[side] = inner;
    if (inner != NULL)
        inner->parent = node;
    up->child[!side] = node;
    node->parent = up;
    renew(tree, node);
    renew(tree, up);
    return up;
}

/* Mends a node whose sides differ by two; returns what hangs in its place
 * then. */
static struct avl_node *balance(struct avl *tree, struct avl_node *node,
                                unsigned side)
{
    struct avl_node *heavy = node->child[side];

    if (height(heavy->child[!side]) > height(heavy->child[side]))
        rotate(tree, heavy, !side);
    return rotate(tree, node, side);
}

/* Mends all from node up to where nothing changes any more, but at least
 * through one that has come to another place (or NULL). */
static void mend(struct avl *tree, struct avl_node *node,
                 const struct avl_node *through)
{
    for (; node != NULL; node = node->parent) {
        unsigned low = height(node->child[0]), high = height(node->child[1]);
        bool changed = node == through;

        through = changed ? NULL : through;
        if (high > low + 1 || low > high + 1)
            node = balance(tree, node, high > low);
        else if (!renew(tree, node) && !changed && through == NULL)
            return;
    }
}

void avl_insert(struct avl *tree, struct avl_node *parent, unsigned side,
                struct avl_node *node)
{
    ASSERT(!avl_in_tree(node));
    *node = (struct avl_node){.parent = parent};
    if (parent == NULL) {
        ASSERT(tree->root == NULL);
        tree->root = node;
    } else {
        ASSERT(parent->child[side] == NULL);
        parent->child[side] = node;
    }
    mend(tree, node, NULL);
}

void avl_remove(struct avl *tree, struct avl_node *node)
{
    struct avl_node *low = node->child[0], *high = node->child[1];
    struct avl_node *heir = high, *from = node->parent, *through = NULL;

    ASSERT(avl_in_tree(node));
    if (low == NULL || high == NULL) {
        replace(tree, node, low == NULL ? high : low);
    } else {
        while (heir->child[0] != NULL)
            heir = heir->child[0];
        from = heir == high ? heir : heir->parent;
        replace(tree, heir, heir->child[1]);
        heir->child[0] = low;
        low->parent = heir;
        heir->child[1] = node->child[1];
        if (heir->child[1] != NULL)
            heir->child[1]->parent = heir;
        heir->height = node->height;
        replace(tree, node, heir);
        through = heir;
    }
    node->height = 0;
    if (from != NULL)
        mend(tree, from, through);
}

void avl_changed(struct avl *tree, struct avl_node *node)
{
    while (node != NULL && tree->update(node))
        node = node->parent;
}

struct avl_node *avl_first(const struct avl *tree)
{
    struct avl_node *node = tree->root;

    while (node != NULL && node->child[0] != NULL)
        node = node->child[0];
    return node;
}

struct avl_node *avl_next(const struct avl_node *node)
{
    struct avl_node *at = node->child[1];

    if (at != NULL) {
        while (at->child[0] != NULL)
            at = at->child[0];
        return at;
    }
    while (node->parent != NULL && node->parent->child[1] == node)
        node = node->parent;
    return node->parent;
}
