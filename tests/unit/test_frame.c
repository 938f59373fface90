/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Frames: none from a hole, each once, zero-filled, and not freed twice.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) */
#include "memory.h"
#include "mm/frame.h"
#include "test.h"

#define PAGES 256u

static struct boot_info info;

static uint64_t ram(unsigned page)
{
    return FAKE_RAM_BASE + page * PAGE_SIZE;
}

static void range_add(unsigned page, unsigned count)
{
    info.ranges[info.range_count++] =
        (struct boot_range){paddr(ram(page)), count * PAGE_SIZE};
}

/* Takes all frames; seen[page] says which came.  Each must be zero. */
static unsigned take_all(bool seen[PAGES])
{
    static const uint8_t zeros[K_PAGE_SIZE];
    unsigned count = 0;
    paddr_t frame;

    memset(seen, 0, PAGES * sizeof(*seen));
    for (; frame_allocate(&frame) == K_OK; count++) {
        uint64_t page = (frame.raw - FAKE_RAM_BASE) / PAGE_SIZE;

        assert_true(page < PAGES);
        assert_false(seen[page]);
        seen[page] = true;
        assert_memory_equal(fake_ram(frame, PAGE_SIZE), zeros, PAGE_SIZE);
        memset(fake_ram(frame, PAGE_SIZE), 0x77, PAGE_SIZE);
    }
    return count;
}

static void test_holes(void **state)
{
    struct frame_hole holes[] = {
        {paddr(ram(10) + 100), 2 * PAGE_SIZE}, /* pages 10, 11 and 12 */
        {paddr(ram(13)), PAGE_SIZE},           /* right behind it */
        {paddr(ram(250)), 20 * PAGE_SIZE},     /* out over the end */
        {paddr(0), 0},                         /* none */
    };
    bool seen[PAGES];
    unsigned count;

    (void)state;
    info.range_count = 0;
    range_add(4, 60);
    range_add(100, 156);
    memset(fake_ram(paddr(ram(0)), PAGES * PAGE_SIZE), 0xee,
           PAGES * PAGE_SIZE);
    frame_init(&info, holes, 4);
    assert_int_equal(frame_total(), frame_available());
    count = take_all(seen);
    assert_int_equal(count, frame_total());
    /* 216 pages, less 4 and 6 in holes, less the table's one. */
    assert_int_equal(count, 60 + 156 - 4 - 6 - 1);
    for (unsigned page = 0; page < PAGES; page++) {
        bool outside = page < 4 || (page >= 64 && page < 100);
        bool hole = (page >= 10 && page <= 13) || page >= 250;

        assert_false(seen[page] && (outside || hole));
    }
}

/* A loader may put the archive where the image has a gap: what lies in two
 * holes is missing once. */
static void test_holes_overlap(void **state)
{
    struct frame_hole holes[] = {
        {paddr(ram(10)), 5 * PAGE_SIZE},
        {paddr(ram(30)), 5 * PAGE_SIZE},
        {paddr(ram(12)), PAGE_SIZE},      /* inside of the first */
        {paddr(ram(14)), 20 * PAGE_SIZE}, /* ends in the second */
    };
    bool seen[PAGES];

    (void)state;
    info.range_count = 0;
    range_add(4, 60);
    frame_init(&info, holes, 4);
    assert_int_equal(frame_total(), 60 - 25 - 1);
    assert_int_equal(take_all(seen), frame_total());
}

static void test_free_and_again(void **state)
{
    paddr_t frame, again;
    uint64_t before;

    (void)state;
    test_memory_init(15);
    before = frame_available();
    assert_int_equal(frame_allocate(&frame), K_OK);
    memset(fake_ram(frame, PAGE_SIZE), 0x55, PAGE_SIZE);
    assert_int_equal(frame_available(), before - 1);
    frame_free(frame);
    assert_int_equal(frame_available(), before);
    assert_int_equal(frame_allocate(&again), K_OK);
    assert_int_equal(*(uint8_t *)fake_ram(again, 1), 0);
}

static void test_exhaustion(void **state)
{
    paddr_t frames[16], one;
    unsigned count = 0;

    (void)state;
    test_memory_init(15);
    while (frame_allocate(&frames[count]) == K_OK)
        count++;
    assert_int_equal(count, 15); /* and the table */
    assert_int_equal(frame_available(), 0);
    frame_free(frames[3]);
    frame_free(frames[7]);
    assert_int_equal(frame_allocate(&one), K_OK);
    assert_int_equal(frame_allocate(&one), K_OK);
    assert_int_equal(frame_allocate(&one), K_ENOMEM);
}

static void test_wrong_frees(void **state)
{
    paddr_t frame;

    (void)state;
    test_memory_init(15);
    assert_int_equal(frame_allocate(&frame), K_OK);
    frame_free(frame);
    EXPECT_PANIC("FRAME_USED", frame_free(frame));
    EXPECT_PANIC("page_aligned", frame_free(paddr(frame.raw + 8)));
    EXPECT_PANIC("page_count", frame_free(paddr(ram(0))));
    EXPECT_PANIC("page_count", frame_free(paddr(0)));
}

/* The runs of frames in a state, as the pages "first+count ...". */
static const char *runs(enum frame_state state, uint64_t size_max)
{
    static char text[256];
    size_t used = 0;
    struct frame_run run = frame_find(paddr(0), size_max, state);

    text[0] = '\0';
    while (run.size > 0) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%u+%u ",
                                 (unsigned)((run.start.raw - ram(0)) /
                                            PAGE_SIZE),
                                 (unsigned)(run.size / PAGE_SIZE));
        run = frame_find(paddr_add(run.start, run.size), size_max, state);
    }
    return text;
}

/* Three ranges, in no order; the table is page 100. */
static void runs_init(void)
{
    struct frame_hole hole = {paddr(ram(10)), 2 * PAGE_SIZE};

    info.range_count = 0;
    range_add(100, 20);
    range_add(4, 60);
    range_add(200, 5);
    frame_init(&info, &hole, 1);
}

static void test_walk(void **state)
{
    struct frame_run run;

    (void)state;
    runs_init();
    assert_string_equal(runs(FRAMES_FREE, UINT64_MAX),
                        "4+6 12+52 101+19 200+5 ");
    assert_string_equal(runs(FRAMES_FRESH, UINT64_MAX),
                        "4+6 12+52 101+19 200+5 ");
    assert_string_equal(runs(FRAMES_FRESH, 40 * PAGE_SIZE),
                        "4+6 12+40 52+12 101+19 200+5 ");
    run = frame_find(paddr(ram(20) + 1), PAGE_SIZE, FRAMES_FREE);
    assert_int_equal(run.start.raw, ram(21));
    assert_int_equal(run.size, PAGE_SIZE);
    assert_int_equal(frame_find(paddr(ram(205)), 1, FRAMES_FREE).size, 0);
    assert_int_equal(frame_find(paddr(UINT64_MAX), 1, FRAMES_FREE).size, 0);
}

/* A frame that came back is free, but no longer fresh; a walk takes none. */
static void test_walk_after_use(void **state)
{
    paddr_t first, second, third;
    uint64_t before;

    (void)state;
    runs_init();
    assert_int_equal(frame_allocate(&first), K_OK);
    assert_int_equal(frame_allocate(&second), K_OK);
    assert_int_equal(frame_allocate(&third), K_OK);
    frame_free(first);
    frame_free(second);
    before = frame_available();
    assert_string_equal(runs(FRAMES_FREE, UINT64_MAX),
                        "4+2 7+3 12+52 101+19 200+5 ");
    assert_string_equal(runs(FRAMES_FRESH, UINT64_MAX),
                        "7+3 12+52 101+19 200+5 ");
    assert_int_equal(frame_available(), before);
    assert_int_equal(frame_allocate(&first), K_OK);
    assert_int_equal(first.raw, second.raw);
}

/* Neighbours, for tables: behind what is too small, which is not lost. */
static void test_runs(void **state)
{
    struct frame_hole hole = {paddr(ram(12)), PAGE_SIZE};
    bool seen[PAGES];
    unsigned total;
    paddr_t first, run;

    (void)state;
    info.range_count = 0;
    range_add(4, 60);
    range_add(100, 50);
    frame_init(&info, &hole, 1);
    total = (unsigned)frame_available();
    assert_int_equal(frame_allocate(&first), K_OK);
    assert_int_equal(frame_allocate_run(60, &run), K_ENOMEM);
    assert_int_equal(frame_available(), total - 1);
    assert_int_equal(frame_allocate_run(20, &run), K_OK);
    assert_int_equal(run.raw, ram(13));
    assert_int_equal(frame_available(), total - 21);
    assert_int_equal(frame_allocate_run(50, &run), K_OK);
    assert_int_equal(run.raw, ram(100));
    assert_int_equal(frame_allocate_run(1, &run), K_ENOMEM);
    assert_int_equal(take_all(seen), total - 71);
    for (unsigned page = 13; page < 33; page++)
        assert_false(seen[page]);
    assert_true(seen[11]);
    assert_true(seen[33]);
    EXPECT_PANIC("count > 0", (void)!frame_allocate_run(0, &run));
}

/* Nobody has filled the table: whatever RAM held there, what was not given out
 * cannot be freed. */
static void test_wrong_frees_in_old_ram(void **state)
{
    static const uint8_t patterns[] = {0, 0x7f, 0x80, 0xff};
    paddr_t frame;

    (void)state;
    for (unsigned i = 0; i < sizeof(patterns); i++) {
        memset(fake_ram(paddr(ram(0)), PAGES * PAGE_SIZE), patterns[i],
               PAGES * PAGE_SIZE);
        runs_init();
        for (unsigned j = 0; j < 10; j++)
            assert_int_equal(frame_allocate(&frame), K_OK);
        assert_int_equal(frame.raw, ram(15));
        EXPECT_PANIC("FRAME_USED", frame_free(paddr(ram(10)))); /* a hole */
        EXPECT_PANIC("cursor", frame_free(paddr(ram(16))));
        frame_free(frame);
        EXPECT_PANIC("FRAME_USED", frame_free(frame));
        assert_string_equal(runs(FRAMES_FREE, UINT64_MAX),
                            "15+49 101+19 200+5 ");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holes),
        cmocka_unit_test(test_holes_overlap),
        cmocka_unit_test(test_free_and_again),
        cmocka_unit_test(test_exhaustion),
        cmocka_unit_test(test_wrong_frees),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_walk_after_use),
        cmocka_unit_test(test_wrong_frees_in_old_ram),
    };

    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
