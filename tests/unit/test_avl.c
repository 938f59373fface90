/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Balanced trees, against an array that knows better.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) */
#include "kernel/avl.h"

#include "test.h"

#define COUNT 10000

struct item {
    struct avl_node node;
    unsigned key;
    unsigned key_max; /* of all below it: what update() works out */
};

static struct item items[COUNT];
static struct avl tree;
static unsigned updates;

#define ITEM(node_) AVL_ENTRY(node_, struct item, node)

static unsigned key_max(const struct item *item)
{
    unsigned max = item->key;

    for (unsigned side = 0; side < 2; side++) {
        const struct avl_node *child = item->node.child[side];

        if (child != NULL && ITEM(child)->key_max > max)
            max = ITEM(child)->key_max;
    }
    return max;
}

static bool update(struct avl_node *node)
{
    unsigned before = ITEM(node)->key_max;

    ITEM(node)->key_max = key_max(ITEM(node));
    updates++;
    return ITEM(node)->key_max != before;
}

/* Equal keys: behind the others. */
static void insert(struct item *item)
{
    struct avl_node *parent = NULL, *at = tree.root;
    unsigned side = 0;

    while (at != NULL) {
        parent = at;
        side = ITEM(at)->key <= item->key;
        at = at->child[side];
    }
    avl_insert(&tree, parent, side, &item->node);
}

/* Checks all below a node; returns its height. */
static unsigned check(const struct avl_node *node, unsigned *count)
{
    unsigned low, high;

    if (node == NULL)
        return 0;
    for (unsigned side = 0; side < 2; side++) {
        if (node->child[side] != NULL)
            assert_ptr_equal(node->child[side]->parent, node);
    }
    low = check(node->child[0], count);
    high = check(node->child[1], count);
    (*count)++;
    assert_true(low <= high + 1 && high <= low + 1);
    assert_int_equal(node->height, 1 + (low > high ? low : high));
    if (tree.update != NULL)
        assert_int_equal(ITEM(node)->key_max, key_max(ITEM(node)));
    return node->height;
}

static void check_all(unsigned expected)
{
    unsigned count = 0, walked = 0, last = 0;

    check(tree.root, &count);
    assert_int_equal(count, expected);
    for (struct avl_node *at = avl_first(&tree); at != NULL;
         at = avl_next(at)) {
        assert_true(ITEM(at)->key >= last);
        last = ITEM(at)->key;
        walked++;
    }
    assert_int_equal(walked, expected);
}

static void begin(bool (*function)(struct avl_node *node))
{
    memset(items, 0, sizeof(items));
    tree = (struct avl){.update = function};
}

/* In order is what makes a tree without balance a list. */
static void test_in_order(void **state)
{
    (void)state;
    for (unsigned down = 0; down < 2; down++) {
        begin(NULL);
        for (unsigned i = 0; i < COUNT; i++) {
            items[i].key = down ? COUNT - i : i;
            insert(&items[i]);
        }
        check_all(COUNT);
        assert_true(tree.root->height <= 19); /* 1.44 log2(10,002) */
        for (unsigned i = 0; i < COUNT; i++)
            avl_remove(&tree, &items[i].node);
        check_all(0);
    }
}

static void test_at_random(void **state)
{
    uint64_t seed = test_seed();
    unsigned in_tree = 0;

    (void)state;
    for (unsigned with = 0; with < 2; with++) {
        begin(with ? update : NULL);
        in_tree = 0;
        for (unsigned step = 0; step < 20000; step++) {
            struct item *item = &items[test_random_below(&seed, 500)];

            if (avl_in_tree(&item->node)) {
                avl_remove(&tree, &item->node);
                in_tree--;
            } else {
                item->key = (unsigned)test_random_below(&seed, 300);
                insert(item);
                in_tree++;
            }
            if (step % 50 == 0)
                check_all(in_tree);
        }
        check_all(in_tree);
    }
}

static void test_changed(void **state)
{
    (void)state;
    begin(update);
    for (unsigned i = 0; i < 1000; i++) {
        items[i].key = i;
        insert(&items[i]);
    }
    items[999].key = 5000;
    updates = 0;
    avl_changed(&tree, &items[999].node);
    assert_int_equal(ITEM(tree.root)->key_max, 5000);
    assert_true(updates <= 14);
    check_all(1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_at_random),
        cmocka_unit_test(test_changed),
    };

    return cmocka_run_group_tests_name("avl", tests, NULL, NULL);
}
