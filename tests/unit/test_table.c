/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The supervisor's registry: what it keeps, what it makes of damage, and
 * that the supervisor may die after any store.  This file brings its own
 * store_word(), which stops after as many stores as a test allows, and has
 * the blocks of the further leaves.
 */
/* sources: user/supervisor/table.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "user/supervisor/leaf.h"
#include "user/supervisor/store.h"
#include "user/supervisor/table.h"

static struct {
    struct table table;
    struct table_row more[LEAVES_MAX][LEAF_ROWS]; /* from 1 on */
    unsigned leaves, leaves_max;                  /* ... of them are there */
    long stores_left; /* -1: no limit */
    jmp_buf death;
} bank;

struct table_row *leaf_attach(unsigned number, bool make)
{
    assert_in_range(number, 1, LEAVES_MAX - 1);
    assert_in_range(number, 1, bank.leaves + 1);
    if (make && bank.leaves < bank.leaves_max) {
        bank.leaves = number;
    }
    return number <= bank.leaves ? bank.more[number] : NULL;
}

void store_word(volatile uint32_t *word, uint32_t value)
{
    if (bank.stores_left == 0) {
        longjmp(bank.death, 1);
    }
    if (bank.stores_left > 0) {
        bank.stores_left--;
    }
    *word = value;
}

static KnActorSpawn request_of(const char *path, int group)
{
    KnActorSpawn request = {.flags = K_SPAWN_RESTARTABLE, .group = group};

    strcpy(request.path, path);
    strcpy(request.args, path);
    request.argsSize = (unsigned)strlen(path) + 1;
    request.argc = 1;
    return request;
}

static struct row_status status_of(int aid)
{
    struct row_status status = {.state = ROW_ALIVE, .aid = aid};

    status.epoch.boots = 1;
    return status;
}

static int add(const char *path, int aid)
{
    KnActorSpawn request = request_of(path, 0);
    struct row_status status = status_of(aid);

    return table_add(&request, &status);
}

static int fresh(void **state)
{
    (void)state;
    memset(&bank, 0, sizeof(bank));
    bank.stores_left = -1;
    assert_int_equal(table_open(&bank.table), TABLE_FRESH);
    return 0;
}

static unsigned count_state(enum row_state wanted)
{
    struct row_status status;
    unsigned count = 0;

    for (unsigned row = 0; row < table_rows(); row++) {
        count += row_read(row, &status) == wanted;
    }
    return count;
}

static void opens_empty_and_again(void **state)
{
    (void)state;
    assert_int_equal(count_state(ROW_FREE), LEAF_ROWS);
    assert_int_equal(table_open(&bank.table), TABLE_KEPT);
}

static void keeps_what_it_is_given(void **state)
{
    struct row_status status;
    int row = add("hello", 7);

    (void)state;
    assert_int_equal(row_read((unsigned)row, &status), ROW_ALIVE);
    assert_int_equal(status.aid, 7);
    assert_int_equal(status.order, 1);
    assert_string_equal(row_request((unsigned)row)->path,
                        "hello");
    status.state = ROW_ENDED;
    status.restarts = 3;
    row_write((unsigned)row, &status);
    assert_int_equal(row_read((unsigned)row, &status), ROW_ENDED);
    assert_int_equal(status.restarts, 3);
    row_clear((unsigned)row);
    assert_int_equal(count_state(ROW_FREE), LEAF_ROWS);
}

static void ranks_go_up(void **state)
{
    struct row_status status;
    int row;

    (void)state;
    add("a", 1);
    row = add("b", 2);
    add("c", 3);
    row_clear((unsigned)row);
    row = add("d", 4);
    assert_int_equal(row_read((unsigned)row, &status), ROW_ALIVE);
    assert_int_equal(status.order, 4);
}

static void fills_up(void **state)
{
    KnActorSpawn bad = request_of("hello", 0);
    struct row_status status = status_of(1);

    (void)state;
    for (int i = 0; i < LEAF_ROWS; i++) {
        assert_int_equal(add("many", i + 1), i);
    }
    assert_int_equal(add("one more", 99), -1);
    row_clear(5);
    bad.argsSize = sizeof(bad.args) + 1;
    assert_int_equal(table_add(&bad, &status), -1);
    assert_int_equal(add("fits", 99), 5);
}

static void next_life(void);

/* The last row of a leaf is followed by the first of the next, up to the last
 * leaf; a new life finds them all. */
static void grows(void **state)
{
    struct row_status status;

    (void)state;
    bank.leaves_max = LEAVES_MAX - 1;
    for (int i = 0; i < TABLE_ROWS; i++) {
        assert_int_equal(bank.leaves, i == 0 ? 0 : (i - 1) / LEAF_ROWS);
        assert_int_equal(add("many", i + 1), i);
    }
    assert_int_equal(add("one more", 9999), -1);
    assert_int_equal(table_rows(), TABLE_ROWS);
    next_life();
    assert_int_equal(table_rows(), TABLE_ROWS);
    assert_int_equal(count_state(ROW_ALIVE), TABLE_ROWS);
    row_clear(700);
    row_clear(70);
    assert_int_equal(add("fits", 9999), 70);
    assert_int_equal(row_read(70, &status), ROW_ALIVE);
    assert_int_equal(status.order, TABLE_ROWS + 1);
    assert_int_equal(add("fits", 9998), 700);
    assert_int_equal(add("one more", 9997), -1);
}

/* A leaf that was made, and then the supervisor died: it is used. */
static void death_upon_growth(void **state)
{
    (void)state;
    bank.leaves_max = 2;
    for (int i = 0; i < LEAF_ROWS; i++) {
        add("many", i + 1);
    }
    bank.stores_left = 3;
    if (setjmp(bank.death) == 0) {
        add("one more", 99);
        fail_msg("it has added a row with 3 stores");
    }
    bank.stores_left = -1;
    assert_int_equal(bank.leaves, 1);
    next_life();
    assert_int_equal(table_rows(), 2 * LEAF_ROWS);
    assert_int_equal(count_state(ROW_FREE), LEAF_ROWS);
    assert_int_equal(add("one more", 99), LEAF_ROWS);
}

/* Each row is found by its group, and by the aid of its actor. */
static void is_found(void **state)
{
    struct epoch now = {1, 0}, other = {2, 0};
    struct row_status status;
    unsigned in_group[3] = {0};

    (void)state;
    bank.leaves_max = 3;
    for (int i = 0; i < 150; i++) {
        KnActorSpawn request = request_of("many", i % 3);

        status = status_of(1 + i * 256); /* all in one list */
        assert_int_equal(table_add(&request, &status), i);
    }
    for (int i = 0; i < 150; i += 2) {
        row_clear((unsigned)i);
    }
    status = status_of(7);
    row_write(1, &status);
    for (int life = 0; life < 2; life++) {
        assert_int_equal(table_row_of(7, now), 1);
        assert_int_equal(table_row_of(7, other), -1);
        assert_int_equal(table_row_of(1 + 256, now), -1);
        for (int i = 2; i < 150; i++) {
            assert_int_equal(table_row_of(1 + i * 256, now), i % 2 ? i : -1);
        }
        memset(in_group, 0, sizeof(in_group));
        for (int group = 0; group < 3; group++) {
            int row = table_row_next(group, -1);

            for (; row >= 0; row = table_row_next(group, row)) {
                assert_int_equal(row % 3, group);
                assert_int_equal(row % 2, 1);
                in_group[group]++;
            }
            assert_int_equal(in_group[group], 25);
        }
        next_life();
    }
}

static void equal_requests(void **state)
{
    KnActorSpawn a = request_of("hello", 0);
    KnActorSpawn b = a;

    (void)state;
    strcpy(b.path + 6, "junk behind it");
    strcpy(b.args + 100, "junk behind the arguments");
    b.flags |= K_SPAWN_SITE;
    b.restarts = 9;
    assert_true(request_equal(&a, &b));
    b.group = 1;
    assert_false(request_equal(&a, &b));
    b = request_of("hellp", 0);
    assert_false(request_equal(&a, &b));
}

/* The supervisor begins again, with nothing but the block. */
static void next_life(void)
{
    (void)table_open(&bank.table);
}

/* Any single flipped bit: the row is as it was, as it was before its last
 * change, or damaged; and no other row is touched. */
static void flipped_bits(void **state)
{
    struct row_status status = status_of(7);
    unsigned char *bytes = (unsigned char *)&bank.table.rows[1];

    (void)state;
    add("first", 1);
    add("second", 2);
    status.order = 2;
    row_write(1, &status);
    for (size_t bit = 0; bit < 8 * sizeof(struct table_row); bit++) {
        struct row_status seen;
        enum row_state found;

        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        next_life();
        found = row_read(1, &seen);
        if (found == ROW_ALIVE) {
            assert_true(seen.aid == 7 || seen.aid == 2);
            assert_string_equal(row_request(1)->path, "second");
        } else {
            assert_int_equal(found, ROW_DAMAGED);
        }
        assert_int_equal(row_read(0, &seen), ROW_ALIVE);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

/* A damaged row can be dropped and used again, whatever is in it. */
static void damaged_row_is_dropped(void **state)
{
    (void)state;
    add("first", 1);
    memset(&bank.table.rows[0], 0xa5, sizeof(bank.table.rows[0]));
    next_life();
    assert_int_equal(count_state(ROW_DAMAGED), 1);
    row_clear(0);
    assert_int_equal(count_state(ROW_FREE), LEAF_ROWS);
    assert_int_equal(add("again", 2), 0);
}

/* The supervisor dies while it makes its first table: that is no damage. */
static void making_is_cut_short(void **state)
{
    (void)state;
    for (volatile long stores = 0; stores < 4; stores++) {
        memset(&bank.table, 0, sizeof(bank.table));
        bank.stores_left = stores;
        if (setjmp(bank.death) == 0) {
            (void)table_open(&bank.table);
            fail_msg("it has made its table with %ld stores", stores);
        }
        bank.stores_left = -1;
        assert_int_equal(table_open(&bank.table), TABLE_FRESH);
        assert_int_equal(table_open(&bank.table), TABLE_KEPT);
    }
}

static void damaged_header_costs_no_row(void **state)
{
    (void)state;
    add("first", 1);
    bank.table.board.version ^= 0x100;
    assert_int_equal(table_open(&bank.table), TABLE_REPAIRED);
    assert_int_equal(count_state(ROW_ALIVE), 1);
    assert_int_equal(table_open(&bank.table), TABLE_KEPT);
}

static void rubbish_is_no_row(void **state)
{
    (void)state;
    memset(&bank.table, 0xff, sizeof(bank.table));
    assert_int_equal(table_open(&bank.table), TABLE_REPAIRED);
    assert_int_equal(count_state(ROW_DAMAGED), LEAF_ROWS);
}

/* Does change, dying after so many stores.  Says whether it lived. */
static bool survives(long stores, void (*change)(void))
{
    volatile bool lived = false;

    bank.stores_left = stores;
    if (setjmp(bank.death) == 0) {
        change();
        lived = true;
    }
    bank.stores_left = -1;
    next_life();
    return lived;
}

static void change_add(void)
{
    add("new", 9);
}

static void change_status(void)
{
    struct row_status status = status_of(5);

    status.restarts = 1;
    row_write(0, &status);
}

static void change_clear(void)
{
    row_clear(0);
}

/* Dies after each store of an add: the row is there, whole, or not at all,
 * and then the next add works. */
static void death_in_add(void **state)
{
    struct row_status status;
    long stores = 0;
    bool lived = false;

    for (; !lived; stores++) {
        fresh(state);
        add("old", 1);
        lived = survives(stores, change_add);
        assert_int_equal(row_read(0, &status), ROW_ALIVE);
        assert_int_equal(count_state(ROW_DAMAGED), 0);
        if (row_read(1, &status) == ROW_ALIVE) {
            assert_int_equal(status.aid, 9);
        } else {
            assert_false(lived);
            assert_int_equal(add("next", 3), 1);
        }
    }
    assert_true(stores > 100);
}

/* Dies after each store of a change: it is made, or not at all. */
static void death_in_change(void **state)
{
    struct row_status status;
    long stores = 0;
    bool lived = false;

    for (; !lived; stores++) {
        fresh(state);
        add("old", 1);
        lived = survives(stores, change_status);
        assert_int_equal(row_read(0, &status), ROW_ALIVE);
        assert_true((status.aid == 1 && status.restarts == 0 && !lived) ||
                    (status.aid == 5 && status.restarts == 1));
        change_status();
        assert_int_equal(row_read(0, &status), ROW_ALIVE);
        assert_int_equal(status.aid, 5);
    }
    assert_true(stores > 5);
}

static void death_in_clear(void **state)
{
    struct row_status status;
    bool lived = false;

    for (long stores = 0; !lived; stores++) {
        enum row_state found;

        fresh(state);
        add("old", 1);
        lived = survives(stores, change_clear);
        found = row_read(0, &status);
        assert_true(found == ROW_FREE || (found == ROW_ALIVE && !lived));
    }
}

/* Two deaths in a row, the second while the first is made good. */
static void death_upon_death(void **state)
{
    struct row_status status;

    for (long first = 0; first < 12; first++) {
        for (long second = 0; second < 12; second++) {
            fresh(state);
            add("old", 1);
            survives(first, change_status);
            survives(second, change_status);
            assert_int_equal(row_read(0, &status), ROW_ALIVE);
            assert_true(status.aid == 1 || status.aid == 5);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(opens_empty_and_again, fresh),
        cmocka_unit_test_setup(keeps_what_it_is_given, fresh),
        cmocka_unit_test_setup(ranks_go_up, fresh),
        cmocka_unit_test_setup(fills_up, fresh),
        cmocka_unit_test_setup(grows, fresh),
        cmocka_unit_test_setup(death_upon_growth, fresh),
        cmocka_unit_test_setup(is_found, fresh),
        cmocka_unit_test_setup(equal_requests, fresh),
        cmocka_unit_test_setup(flipped_bits, fresh),
        cmocka_unit_test_setup(damaged_row_is_dropped, fresh),
        cmocka_unit_test(making_is_cut_short),
        cmocka_unit_test_setup(damaged_header_costs_no_row, fresh),
        cmocka_unit_test_setup(rubbish_is_no_row, fresh),
        cmocka_unit_test_setup(death_in_add, fresh),
        cmocka_unit_test_setup(death_in_change, fresh),
        cmocka_unit_test_setup(death_in_clear, fresh),
        cmocka_unit_test_setup(death_upon_death, fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
