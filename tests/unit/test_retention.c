/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Retention: a pattern that nothing else looks like, in all free frames and
 * in none that is used; and what is told of it after damage.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) kernel/retention.c */
#include "kernel/retention.h"

#include "kernel/klog.h"
#include "kernel/site.h"
#include "memory.h"
#include "mm/frame.h"
#include "test.h"

/* More than one look takes. */
#define FRAMES 600u

static struct {
    jmp_buf reset;
    paddr_t used, freed; /* frames given out before the fill */
    paddr_t fresh;       /* the first that was not */
} world;

/* ---- What lies around it ------------------------------------------------- */

void klog(const char *format, ...)
{
    (void)format;
}

void klog_flush(void)
{
}

_Noreturn void site_reset(const char *reason)
{
    (void)reason;
    longjmp(world.reset, 1);
}

/* ---- Helpers ------------------------------------------------------------- */

static void fill(void)
{
    if (setjmp(world.reset) == 0)
        retention_fill();
}

/* Begins with one frame in use, one that came back, the rest fresh. */
static int begin(void **state)
{
    (void)state;
    test_memory_init(FRAMES);
    assert_int_equal(frame_allocate(&world.used), K_OK);
    assert_int_equal(frame_allocate(&world.freed), K_OK);
    frame_free(world.freed);
    world.fresh = paddr_add(world.freed, PAGE_SIZE);
    memset(fake_ram(world.fresh, (FRAMES - 2) * PAGE_SIZE), 0xa5,
           (FRAMES - 2) * PAGE_SIZE);
    return 0;
}

static void flip(unsigned page, unsigned bit)
{
    uint8_t *byte = fake_ram(paddr_add(world.fresh, page * PAGE_SIZE), 1);

    byte[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* What a walk tells, in pages from the first fresh one on: first+count, then
 * W, the number of flipped bits, or L. */
static const char *told(void)
{
    static char text[256];
    KnRetention look = {.startAddr = 0};
    size_t used = 0;

    text[0] = '\0';
    while (retention_look(&look)) {
        unsigned long first = (look.startAddr - world.fresh.raw) / PAGE_SIZE;

        used += (size_t)snprintf(text + used, sizeof(text) - used, "%lu+%lu",
                                 first, look.size / PAGE_SIZE);
        assert_true(look.kind == K_RETENTION_FLIPPED || look.flipped == 0);
        if (look.kind == K_RETENTION_FLIPPED)
            used += (size_t)snprintf(text + used, sizeof(text) - used,
                                     ":%lu ", look.flipped);
        else
            used += (size_t)snprintf(
                text + used, sizeof(text) - used,
                look.kind == K_RETENTION_WHOLE ? "W " : "L ");
        look.startAddr += look.size;
    }
    return text;
}

/* ---- Tests --------------------------------------------------------------- */

static void test_never_filled(void **state)
{
    (void)state;
    assert_string_equal(told(), "0+256L 256+256L 512+86L ");
}

static void test_whole(void **state)
{
    (void)state;
    fill();
    assert_string_equal(told(), "0+256W 256+256W 512+86W ");
    assert_string_equal(told(), "0+256W 256+256W 512+86W "); /* and again */
}

static void test_fill_takes_free_frames_only(void **state)
{
    static const uint8_t zeros[K_PAGE_SIZE];

    (void)state;
    memset(fake_ram(world.used, PAGE_SIZE), 0, PAGE_SIZE);
    memset(fake_ram(world.freed, PAGE_SIZE), 0, PAGE_SIZE);
    fill();
    assert_memory_equal(fake_ram(world.used, PAGE_SIZE), zeros, PAGE_SIZE);
    assert_memory_not_equal(fake_ram(world.freed, PAGE_SIZE), zeros,
                            PAGE_SIZE);
}

/* A reset drops what is in the caches only: every line has been cleaned. */
static void test_fill_is_cleaned(void **state)
{
    const struct fake_event *log;
    size_t count, stored = 0, cleaned = 0;

    (void)state;
    fake_cache_watch(fake_ram(world.fresh, 4 * PAGE_SIZE), 4 * PAGE_SIZE);
    fill();
    log = fake_cache_log(&count);
    for (size_t i = 0; i < count; i++) {
        stored += log[i].kind == FAKE_STORE;
        cleaned += log[i].kind == FAKE_CLEAN;
    }
    fake_cache_watch(NULL, 0);
    assert_int_equal(stored, 4 * PAGE_SIZE / 8);
    assert_int_equal(cleaned, 4 * PAGE_SIZE / FAKE_LINE);
}

static void test_flipped_bits(void **state)
{
    (void)state;
    fill();
    flip(3, 0);
    flip(4, 4096 * 8 - 1);
    flip(4, 100);
    flip(20, 777);
    assert_string_equal(told(), "0+3W 3+2:3 5+15W 20+1:1 21+256W 277+256W "
                                "533+65W ");
}

/* Eight bits of a word may flip, not nine: and one such word is enough. */
static void test_word_written_over(void **state)
{
    (void)state;
    fill();
    for (unsigned bit = 0; bit < 8; bit++)
        flip(300, 64 * 17 + bit);
    flip(300, 64 * 18);
    assert_string_equal(told(), "0+256W 256+44W 300+1:9 301+256W 557+41W ");
    flip(300, 64 * 17 + 63);
    assert_string_equal(told(), "0+256W 256+44W 300+1L 301+256W 557+41W ");
}

/* Zeros, ones, a repeated word and the page of another address are lost. */
static void test_impostors(void **state)
{
    uint8_t *ram = fake_ram(world.fresh, 8 * PAGE_SIZE);

    (void)state;
    fill();
    memset(ram, 0, PAGE_SIZE);
    memset(ram + PAGE_SIZE, 0xff, PAGE_SIZE);
    memset(ram + 2 * PAGE_SIZE, 0x5a, PAGE_SIZE);
    memmove(ram + 3 * PAGE_SIZE, ram + 4 * PAGE_SIZE, PAGE_SIZE);
    assert_string_equal(told(), "0+4L 4+256W 260+256W 516+82W ");
}

static void test_only_fresh_frames_are_looked_at(void **state)
{
    paddr_t frames[3];

    (void)state;
    fill();
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(frame_allocate(&frames[i]), K_OK);
    frame_free(frames[2]);
    assert_string_equal(told(), "2+256W 258+256W 514+84W ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_never_filled, begin),
        cmocka_unit_test_setup(test_whole, begin),
        cmocka_unit_test_setup(test_fill_takes_free_frames_only, begin),
        cmocka_unit_test_setup(test_fill_is_cleaned, begin),
        cmocka_unit_test_setup(test_flipped_bits, begin),
        cmocka_unit_test_setup(test_word_written_over, begin),
        cmocka_unit_test_setup(test_impostors, begin),
        cmocka_unit_test_setup(test_only_fresh_frames_are_looked_at, begin),
    };

    return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
