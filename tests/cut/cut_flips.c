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

#define METADATA_SIZE 0x14000u /* both copies, and last words */
#define DIRECTORY_SIZE 0x8000u /* of one copy */
#define BLOCKS 7u
#define TIMES 12u

/* Of each kind so many in make test; FLIPS_IMAGES=N in the environment: N of
 * all kinds together, in these proportions. */
#define FLIP_IMAGES 30000u
#define BURST_IMAGES 12000u
#define DECAY_IMAGES 2000u
#define ROW_IMAGES 2000u
#define STALE_IMAGES 6000u /* of copies, and as many of entries */
#define FOREIGN_IMAGES 3000u
#define RANDOM_IMAGES 1500u
#define SEAL_IMAGES 3000u
#define ALL_IMAGES                                                             \
    (FLIP_IMAGES + BURST_IMAGES + DECAY_IMAGES + ROW_IMAGES +                  \
     2 * STALE_IMAGES + FOREIGN_IMAGES + RANDOM_IMAGES + SEAL_IMAGES)

static struct {
    uint64_t random;
    struct world_state good;
    struct oracle blocks;
    struct world_state times[TIMES]; /* the bank in the making */
    struct oracle then[TIMES];
    uint64_t images, kept, lost, wrong, unsaid;
    uint64_t starts[5];
} run;

/* How many images of a kind are asked for. */
static unsigned images_of(unsigned kind)
{
    const char *text = getenv("FLIPS_IMAGES");
    uint64_t all = text != NULL ? strtoull(text, NULL, 0) : ALL_IMAGES;

    return (unsigned)(kind * all / ALL_IMAGES);
}

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

static void fail_kept(const char *what)
{
    static const struct bank_report none;

    fail_once(&run.wrong, what, &none);
}

/* How many of the blocks have an undamaged entry in the image in RAM. */
static void entries_survey(bool survives[ORACLE_BLOCKS_MAX])
{
    const uint8_t *bank = world_bank();

    for (unsigned i = 0; i < run.blocks.count; i++) {
        unsigned slot = run.blocks.blocks[i].slot;

        survives[i] = false;
        for (unsigned copy = 0; copy < 2; copy++) {
            size_t offset = oracle_entry_offset(ORACLE_SLOTS, copy, slot);

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

/* Whether a copy of the entry in that slot still says that it is in use. */
static bool state_survives(const struct world_state *image, unsigned slot)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        size_t at = oracle_entry_offset(ORACLE_SLOTS, copy, slot) + 110;

        if (memcmp(image->bytes + at, run.good.bytes + at, 2) == 0)
            return true;
    }
    return false;
}

/* Each block that is missing is in the report by its slot, if there is room
 * and anything is left of it. */
static void losses_judge(const struct oracle *found,
                         const struct world_state *image,
                         const struct bank_report *report)
{
    for (unsigned i = 0; i < run.blocks.count; i++) {
        const struct oracle_block *block = &run.blocks.blocks[i];
        bool said = report->loss_count == BANK_LOSSES_MAX;

        for (unsigned k = 0; k < report->loss_count; k++)
            said |= report->losses[k].slot == (int)block->slot;
        if (!said && !oracle_has(found, block) &&
            report->start == BANK_SALVAGED &&
            state_survives(image, block->slot))
            fail_once(&run.unsaid, "a loss is not named", report);
    }
}

/* Opens the image in RAM and judges what came of it.  complete: each block
 * with an undamaged entry must be there. */
static void image_judge(enum boot_cause cause, bool complete)
{
    bool survives[ORACLE_BLOCKS_MAX], header = header_survives();
    struct bank_report report;
    struct oracle found;
    const char *wrong;

    static struct world_state image;

    entries_survey(survives);
    world_save(&image);
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
    if (header)
        losses_judge(&found, &image, &report);
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

/* Where a bit is that is counted from the start of a header, or behind its end
 * from that of the entries. */
static size_t place_offset(unsigned copy, uint64_t bit)
{
    return bit < 64 * 8 ? oracle_header_offset(copy)
                        : oracle_entry_offset(ORACLE_SLOTS, copy, 0) - 64;
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
    offset = place_offset(copy, bit);
    world_bank()[offset + bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* Every single bit of the headers and of the first four slots. */
static void each_bit(void)
{
    for (unsigned copy = 0; copy < 2; copy++) {
        for (unsigned bit = 0; bit < (64 + 4 * 128) * 8; bit++) {
            size_t offset = place_offset(copy, bit);

            world_restore(&run.good);
            world_bank()[offset + bit / 8] ^= (uint8_t)(1 << bit % 8);
            image_judge(random_cause(), true);
        }
    }
}

static void random_flips(void)
{
    for (unsigned i = 0; i < images_of(FLIP_IMAGES); i++) {
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
    for (unsigned i = 0; i < images_of(BURST_IMAGES); i++) {
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

    for (unsigned i = 0; i < images_of(DECAY_IMAGES); i++) {
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

/* Cells keep one value without power, whole rows the same: bits decay to it,
 * in the worst of the memory that was measured all of them, in the best one in
 * 770 at once.  Zeros are many here, so it matters which way. */
static void decay_by_rows(void)
{
    static const unsigned one_in[] = {770, 139, 17, 4, 1};
    uint64_t kept;

    for (unsigned i = 0; i < images_of(ROW_IMAGES); i++) {
        unsigned cells = METADATA_SIZE * 8 / one_in[i % 5];
        unsigned row = 1024u << i % 6, phase = i / 6 % 2;

        world_restore(&run.good);
        while (cells-- > 0) {
            uint64_t bit = test_random_below(&run.random, METADATA_SIZE * 8);
            uint8_t mask = (uint8_t)(1 << bit % 8);

            if ((bit / 8 / row + phase) % 2 == 0)
                world_bank()[bit / 8] &= (uint8_t)~mask;
            else
                world_bank()[bit / 8] |= mask;
        }
        kept = run.kept;
        image_judge(BOOT_COLD, false);
        if (run.kept != kept)
            fail_kept("a decayed bank is kept");
    }
}

/* ---- Other banks --------------------------------------------------------- */

static void copy_put(unsigned copy, const struct world_state *from)
{
    size_t header = oracle_header_offset(copy);
    size_t entries = oracle_entry_offset(ORACLE_SLOTS, copy, 0);

    memcpy(world_bank() + header, from->bytes + header, 64);
    memcpy(world_bank() + entries, from->bytes + entries, DIRECTORY_SIZE);
}

/* One copy is older than the other, both whole: the newer one is the bank.
 * Then both get entries of other times: what comes back was there once, and
 * is never called kept. */
static void stale(void)
{
    for (unsigned i = 0; i < images_of(STALE_IMAGES); i++) {
        unsigned a = (unsigned)test_random_below(&run.random, TIMES);
        unsigned b = (unsigned)test_random_below(&run.random, TIMES);
        unsigned newest = a > b ? a : b;
        struct bank_report report;
        struct oracle found;

        world_restore(&run.times[newest]);
        copy_put(0, &run.times[a]);
        copy_put(1, &run.times[b]);
        run.images++;
        run.starts[world_open(random_cause(), &report)]++;
        if (oracle_read(world_bank(), WORLD_SIZE, &found) != NULL ||
            report.start != BANK_KEPT || report.lost != 0 ||
            !oracle_equal(&found, &run.then[newest]))
            fail_once(&run.wrong, "not the newer copy", &report);
    }
}

static bool was_there_once(const struct oracle_block *block)
{
    for (unsigned i = 0; i < TIMES; i++) {
        if (oracle_has(&run.then[i], block))
            return true;
    }
    return false;
}

static void stale_entries(void)
{
    for (unsigned i = 0; i < images_of(STALE_IMAGES); i++) {
        struct bank_report report;
        struct oracle found;
        const char *wrong;
        bool changed = true;

        world_restore(&run.good);
        for (unsigned copy = 0; copy < 2; copy++) {
            unsigned time = (unsigned)test_random_below(&run.random, TIMES);
            unsigned slot = (unsigned)test_random_below(&run.random, BLOCKS);
            size_t at = oracle_entry_offset(ORACLE_SLOTS, copy, slot);

            changed &= memcmp(world_bank() + at, run.times[time].bytes + at,
                              128) != 0;
            memcpy(world_bank() + at, run.times[time].bytes + at, 128);
        }
        run.images++;
        run.starts[world_open(random_cause(), &report)]++;
        wrong = oracle_read(world_bank(), WORLD_SIZE, &found);
        if (wrong != NULL)
            fail_once(&run.wrong, wrong, &report);
        for (unsigned k = 0; k < found.count; k++) {
            if (!was_there_once(&found.blocks[k]))
                fail_once(&run.wrong, "a block that never was", &report);
        }
        if (changed && report.start == BANK_KEPT)
            fail_once(&run.unsaid, "old entries are called kept", &report);
    }
}

/* A bank of another build: all checks are right, for another layout.  Alone
 * it is nothing; beside a good copy it does no harm. */
static void foreign(void)
{
    for (unsigned i = 0; i < images_of(FOREIGN_IMAGES); i++) {
        uint64_t layout = ORACLE_LAYOUT ^
                          1ull << test_random_below(&run.random, 64);
        bool alone = i % 2 == 0;
        struct bank_report report;
        struct oracle found;

        world_restore(&run.good);
        oracle_translate(world_bank(), i / 2 % 2, layout);
        if (alone)
            oracle_translate(world_bank(), !(i / 2 % 2), layout);
        run.images++;
        run.starts[world_open(random_cause(), &report)]++;
        if (oracle_read(world_bank(), WORLD_SIZE, &found) != NULL)
            fail_once(&run.wrong, "not opened", &report);
        else if (alone && (found.count > 0 || report.start != BANK_FORMATTED))
            fail_once(&run.wrong, "another build's bank is kept", &report);
        else if (!alone && !oracle_equal(&found, &run.blocks))
            fail_once(&run.wrong, "the good copy is not taken", &report);
    }
}

/* Noise, with and without the words that a bank begins with. */
static void noise(void)
{
    for (unsigned i = 0; i < images_of(RANDOM_IMAGES); i++) {
        uint64_t kept = run.kept;

        for (size_t k = 0; k < METADATA_SIZE; k += 8) {
            uint64_t word = test_random(&run.random);

            memcpy(world_bank() + k, &word, 8);
        }
        for (unsigned copy = 0; copy < 2 && i % 2 == 0; copy++) {
            size_t at = oracle_header_offset(copy);

            memcpy(world_bank() + at, run.good.bytes + at, 16);
        }
        fake_cache_reset();
        image_judge(random_cause(), false);
        if (run.kept != kept)
            fail_kept("noise is kept");
    }
}

/* ---- Contents ------------------------------------------------------------ */

/* 1 to 64 flips in the blocks, every other one of which is sealed. */
static void seals(void)
{
    for (unsigned i = 0; i < images_of(SEAL_IMAGES); i++) {
        unsigned count = 1 + (unsigned)test_random_below(&run.random, 64);
        struct bank_report report;

        world_restore(&run.good);
        while (count-- > 0) {
            uint64_t bit = test_random_below(&run.random, BLOCKS * 4096 * 8);

            world_bank()[ORACLE_FIRST_PAGE * 4096 + bit / 8] ^=
                (uint8_t)(1 << bit % 8);
        }
        run.images++;
        run.starts[world_open(random_cause(), &report)]++;
        for (unsigned k = 0; k < run.blocks.count; k++) {
            const struct oracle_block *block = &run.blocks.blocks[k];
            bool same = memcmp(world_bank() + block->first * 4096ul,
                               run.good.bytes + block->first * 4096ul,
                               4096) == 0;

            if (bank_seal_broken(block->slot) != (block->sealed && !same))
                fail_once(&run.wrong, "a seal says otherwise", &report);
        }
    }
}

/* ---- Runs ---------------------------------------------------------------- */

/* Seven blocks, one of which was another before; the bank of each moment. */
static void prepare(void)
{
    static const char *const names[] = {
        "block0", "block1", "block2", "block3", "block4", "block5", "block6",
    };
    struct bank_report report;
    unsigned time = 0;

    world_erase();
    (void)world_open(BOOT_COLD, &report);
    for (unsigned i = 0; i < TIMES; i++) {
        struct change change = {CHANGE_ALLOCATE, "", 1, "key"};

        if (i < 3)
            change.name = names[i];
        else if (i == 3)
            change = (struct change){CHANGE_FREE, names[1], 0, ""};
        else if (i < 8)
            change.name = names[i - 1];
        else if (i == 8)
            change.name = names[1];
        else
            change = (struct change){CHANGE_SEAL, names[2 * i - 18], 0, ""};
        kspace_host.watch = false;
        assert_true(world_change(&change));
        if (change.kind == CHANGE_ALLOCATE)
            world_fill(change.name);
        world_read(&run.then[time]);
        world_save(&run.times[time++]);
    }
    run.blocks = run.then[TIMES - 1];
    run.good = run.times[TIMES - 1];
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

static void test_rows(void **state)
{
    (void)state;
    prepare();
    decay_by_rows();
    finish("decay by rows");
}

static void test_stale(void **state)
{
    (void)state;
    prepare();
    stale();
    stale_entries();
    finish("stale copies and entries");
}

static void test_foreign(void **state)
{
    (void)state;
    prepare();
    foreign();
    noise();
    finish("other builds and noise");
}

static void test_seals(void **state)
{
    (void)state;
    prepare();
    seals();
    finish("flips in sealed blocks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_bit),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_bursts),
        cmocka_unit_test(test_decay),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_seals),
    };

    return cmocka_run_group_tests_name("cut_flips", tests, NULL, NULL);
}
