/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Damage: bits of the metadata flip, whole stretches are overwritten, all of
 * RAM decays.  No block may ever come back other than it was; each block of
 * which one entry is undamaged must come back; and what is lost must be said.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_CUT) */
#include "kspace_host.h"
#include "test.h"
#include "world.h"

#define METADATA_SIZE 0x12000u /* both copies */
#define FLIP_IMAGES 60000u
#define BURST_IMAGES 30000u
#define DECAY_IMAGES 6000u

static struct {
    uint64_t random;
    struct world_state good;
    struct oracle blocks;
    uint64_t images, kept, lost, wrong, unsaid;
    uint64_t starts[5];
} run;

/* ---- Verdict ------------------------------------------------------------ */

static void fail_once(uint64_t *counter, const char *what,
                      const struct bank_report *report)
{
    if (run.wrong + run.unsaid == 0)
        printf("flips: image %llu: %s (%s: %s, %u kept, %u lost)\n",
               (unsigned long long)run.images, what,
               bank_start_name(report->start), report->why, report->kept,
               report->lost);
    (*counter)++;
}

/* How many of the blocks have an undamaged entry in the image in RAM. */
static void entries_survey(bool survives[ORACLE_BLOCKS_MAX])
{
    const uint8_t *bank = world_bank();

    for (unsigned i = 0; i < run.blocks.count; i++) {
        unsigned slot = run.blocks.blocks[i].slot;

        survives[i] = false;
        for (unsigned copy = 0; copy < 2; copy++) {
            size_t offset = oracle_entry_offset(copy, slot);

            survives[i] |= memcmp(bank + offset, run.good.bytes + offset,
                                  128) == 0;
        }
    }
}

/* Whether one of the headers is as it was. */
static bool header_survives(void)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        size_t offset = oracle_header_offset(copy);

        if (memcmp(world_bank() + offset, run.good.bytes + offset, 64) == 0)
            return true;
    }
    return false;
}

/* Opens the image in RAM and judges what came of it.  complete: each block
 * with an undamaged entry must be there. */
static void image_judge(enum boot_cause cause, bool complete)
{
    bool survives[ORACLE_BLOCKS_MAX], header = header_survives();
    struct bank_report report;
    struct oracle found;
    const char *wrong;

    entries_survey(survives);
    run.images++;
    run.starts[world_open(cause, &report)]++;
    wrong = oracle_read(world_bank(), WORLD_SIZE, &found);
    if (wrong != NULL)
        fail_once(&run.wrong, wrong, &report);
    for (unsigned i = 0; i < found.count; i++) {
        if (!oracle_has(&run.blocks, &found.blocks[i]))
            fail_once(&run.wrong, "a block is not what it was", &report);
    }
    for (unsigned i = 0; i < run.blocks.count && complete; i++) {
        if (survives[i] && !oracle_has(&found, &run.blocks.blocks[i]))
            fail_once(&run.wrong, "an undamaged block is missing", &report);
    }
    if (header && report.lost != run.blocks.count - found.count)
        fail_once(&run.unsaid, "the report miscounts", &report);
    if (report.kept != found.count)
        fail_once(&run.unsaid, "the report counts others", &report);
    if (run.images % 64 == 0 && bank_check() != NULL)
        fail_once(&run.wrong, bank_check(), &report);
    run.kept += found.count;
    run.lost += run.blocks.count - found.count;
}

/* ---- Images ------------------------------------------------------------- */

static enum boot_cause random_cause(void)
{
    return test_random(&run.random) & 1 ? BOOT_COLD : BOOT_WARM;
}

static void flip(size_t range)
{
    uint64_t bit = test_random_below(&run.random, range * 8);

    world_bank()[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* Flips near the blocks' entries and the headers, where they hurt: half of
 * them anywhere, half in the first sixteen slots and the header of a copy. */
static void flip_somewhere(void)
{
    uint64_t bit = test_random_below(&run.random, (64 + 16 * 128) * 8);
    unsigned copy = (unsigned)test_random_below(&run.random, 2);
    size_t offset;

    if (test_random(&run.random) & 1) {
        flip(METADATA_SIZE);
        return;
    }
    offset = bit < 64 * 8 ? oracle_header_offset(copy)
                          : oracle_entry_offset(copy, 0) - 64;
    world_bank()[offset + bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* Every single bit of the headers and of the first four slots. */
static void each_bit(void)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        for (unsigned bit = 0; bit < (64 + 4 * 128) * 8; bit++) {
            size_t offset = bit < 64 * 8 ? oracle_header_offset(copy)
                                         : oracle_entry_offset(copy, 0) - 64;

            world_restore(&run.good);
            world_bank()[offset + bit / 8] ^= (uint8_t)(1 << bit % 8);
            image_judge(random_cause(), true);
        }
    }
}

static void random_flips(void)
{
    for (unsigned i = 0; i < FLIP_IMAGES; i++) {
        unsigned count = 1 + (unsigned)test_random_below(&run.random, 64);

        world_restore(&run.good);
        while (count-- > 0)
            flip_somewhere();
        image_judge(random_cause(), true);
    }
}

/* Up to three stretches of up to 4 KiB of zeros, ones or noise. */
static void bursts(void)
{
    for (unsigned i = 0; i < BURST_IMAGES; i++) {
        unsigned count = 1 + (unsigned)test_random_below(&run.random, 3);

        world_restore(&run.good);
        while (count-- > 0) {
            size_t start = test_random_below(&run.random, METADATA_SIZE);
            size_t size = test_random_below(&run.random, 4096);
            uint64_t kind = test_random_below(&run.random, 3);

            for (size_t k = start; k < start + size && k < METADATA_SIZE; k++)
                world_bank()[k] = kind == 2 ? (uint8_t)test_random(&run.random)
                                            : (uint8_t)(kind * 0xff);
        }
        image_judge(random_cause(), true);
    }
}

/* Without power: one bit in 20,000 to one in two, everywhere.  From one in
 * 2,000 on (measured memory is worse than that at once) nothing may be kept:
 * the contents of the blocks are as bad, and have no check. */
static void decay(void)
{
    static const unsigned one_in[] = {20000, 5000, 2000, 770, 100, 10, 2};
    uint64_t kept;

    for (unsigned i = 0; i < DECAY_IMAGES; i++) {
        unsigned kind = i % (sizeof(one_in) / sizeof(one_in[0]));
        unsigned flips = METADATA_SIZE * 8 / one_in[kind];

        world_restore(&run.good);
        while (flips-- > 0)
            flip(METADATA_SIZE);
        kept = run.kept;
        image_judge(BOOT_COLD, false);
        if (one_in[kind] <= 2000 && run.kept != kept)
            run.wrong++;
    }
}

static void prepare(void)
{
    struct bank_report report;

    world_erase();
    (void)world_open(BOOT_COLD, &report);
    for (unsigned i = 0; i < 7; i++) {
        struct change change = {CHANGE_ALLOCATE, "", 1, "key"};
        char name[8];

        snprintf(name, sizeof(name), "block%u", i);
        change.name = name;
        assert_true(world_change(&change));
    }
    world_read(&run.blocks);
    world_save(&run.good);
    kspace_host.watch = false;
}

static void finish(const char *what)
{
    printf("flips: %s: %llu images, %llu blocks kept, %llu lost, %llu wrong, "
           "%llu unsaid; kept %llu, salvaged %llu, formatted %llu, empty "
           "%llu\n",
           what, (unsigned long long)run.images, (unsigned long long)run.kept,
           (unsigned long long)run.lost, (unsigned long long)run.wrong,
           (unsigned long long)run.unsaid,
           (unsigned long long)run.starts[BANK_KEPT],
           (unsigned long long)run.starts[BANK_SALVAGED],
           (unsigned long long)run.starts[BANK_FORMATTED],
           (unsigned long long)run.starts[BANK_EMPTY]);
    fflush(stdout);
    assert_int_equal(run.wrong + run.unsaid, 0);
    run.images = run.kept = run.lost = 0;
    memset(run.starts, 0, sizeof(run.starts));
}

static void test_each_bit(void **state)
{
    (void)state;
    run.random = test_seed();
    prepare();
    each_bit();
    assert_int_equal(run.lost, 0);
    finish("single bits");
}

static void test_flips(void **state)
{
    (void)state;
    prepare();
    random_flips();
    finish("1 to 64 flips");
}

static void test_bursts(void **state)
{
    (void)state;
    prepare();
    bursts();
    finish("bursts");
}

static void test_decay(void **state)
{
    (void)state;
    prepare();
    decay();
    finish("decay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_bit),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_bursts),
        cmocka_unit_test(test_decay),
    };

    return cmocka_run_group_tests_name("cut_flips", tests, NULL, NULL);
}
