/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The device tree: whole ones are read, and no damage makes the reader look
 * outside.  Each tree lies at the end of a heap block of its own size, where
 * the address sanitizer sees every byte that is read behind it.
 */
/* sources: $(HOST_MACHINE) tests/host/tree.c boot/aarch64/fdt.c */
/* sources: boot/aarch64/fdt_bus.c kernel/string.c */
#include "boot/aarch64/fdt.h"
#include "kernel/string.h"
#include "test.h"
#include "tree.h"

#define MUTATIONS 30000

static void make_small(void)
{
    const uint64_t reserved[] = {0x1000, 0x2000};

    tree_begin(reserved, 1);
    tree_node("");
    TREE_CELLS("#address-cells", 2);
    TREE_CELLS("#size-cells", 1);
    tree_text("compatible", "a machine");
    tree_node("soc");
    TREE_CELLS("#address-cells", 1);
    TREE_CELLS("#size-cells", 1);
    TREE_CELLS("ranges", 0x7e000000, 0, 0x3f000000, 0x1000000);
    tree_node("serial@7e201000");
    tree_bytes("compatible", "arm,pl011\0arm,primecell", 24);
    TREE_CELLS("reg", 0x7e201000, 0x200);
    TREE_CELLS("phandle", 7);
    tree_up();
    tree_node("timer@60000000");
    TREE_CELLS("reg", 0x60000000, 0x100);
    tree_text("status", "disabled");
    tree_up();
    tree_up();
    tree_node("memory@80000000");
    TREE_CELLS("reg", 0, 0x80000000, 0x1000, 1, 0, 0x2000);
    tree_up();
    tree_up();
}

static void open_small(struct fdt *fdt)
{
    const struct tree *tree;

    make_small();
    tree = tree_end();
    assert_null(fdt_open(fdt, tree->bytes, tree->size));
}

static void test_paths(void **state)
{
    struct fdt_node node, parent;
    struct fdt fdt;

    (void)state;
    open_small(&fdt);
    assert_true(fdt_find(&fdt, "/soc/serial@7e201000", &node));
    assert_string_equal(fdt_name(&fdt, &node), "serial@7e201000");
    assert_true(fdt_find(&fdt, "/soc/serial", &node));
    assert_true(fdt_parent(&fdt, &node, &parent));
    assert_string_equal(fdt_name(&fdt, &parent), "soc");
    assert_false(fdt_find(&fdt, "/serial", &node));
    assert_false(fdt_find(&fdt, "/soc/seria", &node));
    assert_false(fdt_find(&fdt, "/soc/memory", &node));
    assert_true(fdt_find(&fdt, "/", &node));
    assert_false(fdt_parent(&fdt, &node, &parent));
}

static void test_searches(void **state)
{
    struct fdt_node node;
    struct fdt fdt;

    (void)state;
    open_small(&fdt);
    assert_true(fdt_find_compatible(&fdt, "arm,primecell", &node));
    assert_true(fdt_find_phandle(&fdt, 7, &node));
    assert_string_equal(fdt_name(&fdt, &node), "serial@7e201000");
    assert_false(fdt_find_compatible(&fdt, "arm", &node));
    assert_false(fdt_find_phandle(&fdt, 8, &node));
    assert_true(fdt_find(&fdt, "/soc/timer", &node));
    assert_false(fdt_is_enabled(&fdt, &node));
}

static void test_registers(void **state)
{
    struct fdt_range range;
    struct fdt_node node;
    struct fdt fdt;

    (void)state;
    open_small(&fdt);
    assert_true(fdt_find(&fdt, "/soc/serial", &node));
    assert_true(fdt_registers(&fdt, &node, 0, &range));
    assert_int_equal(range.start, 0x3f201000);
    assert_int_equal(range.size, 0x200);
    assert_false(fdt_registers(&fdt, &node, 1, &range));
    assert_true(fdt_find(&fdt, "/soc/timer", &node)); /* in no range */
    assert_false(fdt_registers(&fdt, &node, 0, &range));
    assert_true(fdt_find(&fdt, "/memory", &node));
    assert_true(fdt_registers(&fdt, &node, 1, &range));
    assert_int_equal(range.start, 0x100000000);
    assert_int_equal(range.size, 0x2000);
}

static void test_reservations(void **state)
{
    struct fdt_range range;
    struct fdt fdt;

    (void)state;
    open_small(&fdt);
    assert_true(fdt_reservation(&fdt, 0, &range));
    assert_int_equal(range.start, 0x1000);
    assert_int_equal(range.size, 0x2000);
    assert_false(fdt_reservation(&fdt, 1, &range));
    assert_false(fdt_reservation(&fdt, UINT32_MAX, &range));
}

/* Uses everything that the reader offers on whatever it accepted. */
static void read_all(const struct fdt *fdt)
{
    struct fdt_node node = fdt_root(fdt), other;
    struct fdt_range range;
    struct fdt_value value;
    unsigned depth = 0;

    for (unsigned i = 0; fdt_reservation(fdt, i, &range); i++)
        depth++;
    do {
        depth += (unsigned)strlen(fdt_name(fdt, &node));
        fdt_parent(fdt, &node, &other);
        for (unsigned i = 0; i < 3; i++)
            fdt_registers(fdt, &node, i, &range);
        if (fdt_property(fdt, &node, "phandle", &value))
            fdt_find_phandle(fdt, fdt_cell(&value, 0), &other);
        fdt_property(fdt, &node, "compatible", &value);
        depth += (unsigned)strlen(fdt_text(&value));
        depth += (unsigned)fdt_number(&value);
        fdt_is_compatible(fdt, &node, "arm,pl011");
        fdt_is_enabled(fdt, &node);
    } while (fdt_next(fdt, &node));
    fdt_find(fdt, "/soc/serial", &node);
    fdt_find_compatible(fdt, "arm,primecell", &node);
}

static const char *open_copy(const uint8_t *bytes, size_t size, uint8_t **copy)
{
    struct fdt fdt;
    const char *wrong;

    *copy = malloc(size > 0 ? size : 1);
    memcpy(*copy, bytes, size);
    wrong = fdt_open(&fdt, *copy, size);
    if (wrong == NULL)
        read_all(&fdt);
    return wrong;
}

static void test_cut_short(void **state)
{
    const struct tree *tree;
    uint8_t *copy;

    (void)state;
    make_small();
    tree = tree_end();
    for (size_t size = 0; size < tree->size; size++) {
        assert_non_null(open_copy(tree->bytes, size, &copy));
        free(copy);
    }
    assert_null(open_copy(tree->bytes, tree->size, &copy));
    free(copy);
}

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Some bytes are changed, some to the ends of what a number can be. */
static void mutate(uint8_t *bytes, size_t size, uint32_t *seed)
{
    static const uint8_t extremes[] = {0, 1, 3, 0x7f, 0x80, 0xff};
    unsigned count = 1 + random_next(seed) % 4;

    while (count-- > 0) {
        uint32_t at = random_next(seed) % (uint32_t)size;

        bytes[at] = random_next(seed) % 2 == 0
                        ? extremes[random_next(seed) % sizeof(extremes)]
                        : (uint8_t)random_next(seed);
    }
}

static void test_garbage(void **state)
{
    const struct tree *tree;
    uint32_t seed = 1;
    unsigned accepted = 0;

    (void)state;
    make_small();
    tree = tree_end();
    for (int i = 0; i < MUTATIONS; i++) {
        struct tree damaged = *tree;
        uint8_t *copy;

        mutate(damaged.bytes, damaged.size, &seed);
        accepted += open_copy(damaged.bytes, damaged.size, &copy) == NULL;
        free(copy);
    }
    assert_true(accepted > 0); /* else nothing but the header was tried */
}

/* Opens what has been made so far, and wants these words. */
static void assert_refused(const char *words)
{
    const struct tree *tree = tree_end();
    struct fdt fdt;
    const char *wrong = fdt_open(&fdt, tree->bytes, tree->size);

    assert_non_null(wrong);
    assert_string_equal(wrong, words);
}

static void test_nesting(void **state)
{
    (void)state;
    tree_begin(NULL, 0);
    assert_refused("it does not begin with a node");
    tree_begin(NULL, 0);
    tree_node("");
    assert_refused("a node has no end");
    tree_begin(NULL, 0);
    tree_node("");
    tree_up();
    tree_up();
    assert_refused("it has a token outside every node");
    tree_begin(NULL, 0);
    tree_node("");
    tree_up();
    tree_node("");
    assert_refused("it has a second root");
    tree_begin(NULL, 0);
    for (int i = 0; i <= FDT_DEPTH_MAX; i++)
        tree_node("deep");
    assert_refused("its nodes are nested too deeply");
    tree_begin(NULL, 0);
    tree_node("");
    tree_token(5);
    assert_refused("it has a damaged token");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),        cmocka_unit_test(test_searches),
        cmocka_unit_test(test_registers),    cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_reservations), cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_nesting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
