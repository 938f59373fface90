/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The world of the cut tests.
 */
#include "world.h"

#include "kspace_host.h"
#include "test.h"

#define FILL_SEED 0x2545f4914f6cdd1dull

static struct {
    struct world_counts counts;
    uint8_t contents[WORLD_BLOCK_PAGES * 4096];
    const char *written; /* the block that the change itself has written to */
} world;

uint8_t *world_bank(void)
{
    return fake_ram(test_bank_place().base, WORLD_SIZE);
}

void world_erase(void)
{
    test_bank_erase(WORLD_PAGES);
}

void world_save(struct world_state *state)
{
    memcpy(state->bytes, world_bank(), WORLD_SIZE);
}

void world_restore(const struct world_state *state)
{
    memcpy(world_bank(), state->bytes, WORLD_SIZE);
    fake_cache_reset();
}

enum bank_start world_open(enum boot_cause cause, struct bank_report *report)
{
    struct bank_place place = test_bank_place();

    bank_open(&place, cause, report);
    return report->start;
}

/* ---- Changes ------------------------------------------------------------ */

/* An actor writes into its new block. */
static void block_fill(unsigned slot)
{
    struct bank_block block = bank_block(slot);
    uint64_t *words = fake_ram(block.memory, block.size);

    for (size_t i = 0; i < block.size / 8; i++)
        words[i] = FILL_SEED * (i + 1) + (uint64_t)block.name[0];
}

static bool change_free(const struct change *change)
{
    struct bank_list list = BANK_LIST_EMPTY;
    int slot;

    if (change->kind == CHANGE_FREE_ALL) {
        unsigned size = (unsigned)strlen(change->key);

        if (bank_find_key(change->key, size, &list) == 0)
            return false;
    } else {
        slot = bank_find(change->name);
        if (slot < 0)
            return false;
        bank_list_add(&list, (unsigned)slot);
    }
    bank_free(&list);
    return true;
}

static bool change_allocate(const struct change *change)
{
    struct bank_request request = {
        .name = change->name,
        .owner = "an actor with a name",
        .key = change->key,
        .key_size = (unsigned)strlen(change->key),
        .size = change->pages * 4096ul,
    };

    return bank_find(change->name) < 0 && bank_allocate(&request) >= 0;
}

static bool change_rename(const struct change *change)
{
    int slot = bank_find(change->name);

    if (slot < 0 || bank_find(change->key) >= 0)
        return false;
    bank_rename((unsigned)slot, change->key);
    return true;
}

/* An actor's last stores to a block, which are in a cache only. */
static void block_write(unsigned slot)
{
    struct bank_block block = bank_block(slot);
    uint64_t *words = fake_ram(block.memory, block.size);

    for (uint64_t page = 0; page < block.size / 4096; page++) {
        for (unsigned line = 0; line < 3; line++)
            words[page * 512 + line * 200] ^= FILL_SEED;
    }
}

/* Sealing comes right after stores to the block: they must be in memory
 * before it is sealed. */
static bool change_seal(const struct change *change)
{
    bool sealing = change->kind == CHANGE_SEAL;
    int slot = bank_find(change->name);

    if (slot < 0 || bank_block((unsigned)slot).sealed == sealing)
        return false;
    if (sealing) {
        world.written = change->name;
        block_write((unsigned)slot);
        bank_seal((unsigned)slot);
    }
    if (!sealing)
        bank_unseal((unsigned)slot);
    return true;
}

bool world_change(const struct change *change)
{
    switch (change->kind) {
    case CHANGE_ALLOCATE:
        return change_allocate(change);
    case CHANGE_FREE:
    case CHANGE_FREE_ALL:
        return change_free(change);
    case CHANGE_STABLE:
        bank_note_stable();
        return true;
    case CHANGE_RENAME:
        return change_rename(change);
    case CHANGE_SEAL:
    case CHANGE_UNSEAL:
        return change_seal(change);
    }
    return false;
}

void world_fill(const char *name)
{
    int slot = bank_find(name);

    assert_true(slot >= 0);
    block_fill((unsigned)slot);
    fake_cache_reset();
}

static bool change_removes(const struct change *change,
                           const struct oracle_block *block)
{
    if (change->kind == CHANGE_FREE)
        return strcmp(change->name, block->name) == 0;
    return change->kind == CHANGE_FREE_ALL &&
           block->key_size == strlen(change->key) &&
           memcmp(block->key, change->key, block->key_size) == 0;
}

/* Another name and no key: all else stays. */
static void change_renames(const struct change *change,
                           struct oracle_block *block)
{
    if (strcmp(change->name, block->name) != 0)
        return;
    memset(block->name, 0, sizeof(block->name));
    strcpy(block->name, change->key);
    memset(block->key, 0, sizeof(block->key));
    block->key_size = 0;
}

static void change_seals(const struct change *change,
                         struct oracle_block *block)
{
    if (strcmp(change->name, block->name) == 0)
        block->sealed = change->kind == CHANGE_SEAL;
}

/* By slot, as the directory has it. */
static void oracle_insert(struct oracle *oracle,
                          const struct oracle_block *block)
{
    unsigned i = oracle->count++;

    for (; i > 0 && oracle->blocks[i - 1].slot > block->slot; i--)
        oracle->blocks[i] = oracle->blocks[i - 1];
    oracle->blocks[i] = *block;
}

void world_expect(const struct change *change, const struct oracle *before,
                  const struct oracle *seen, struct oracle *after)
{
    struct oracle_block block = {.count = change->pages};
    const struct oracle_block *made;

    after->count = 0;
    for (unsigned i = 0; i < before->count; i++) {
        if (!change_removes(change, &before->blocks[i]))
            after->blocks[after->count++] = before->blocks[i];
    }
    for (unsigned i = 0; i < after->count; i++) {
        if (change->kind == CHANGE_RENAME)
            change_renames(change, &after->blocks[i]);
        if (change->kind == CHANGE_SEAL || change->kind == CHANGE_UNSEAL)
            change_seals(change, &after->blocks[i]);
    }
    if (change->kind != CHANGE_ALLOCATE)
        return;
    made = oracle_find(seen, change->name);
    assert_non_null(made);
    strcpy(block.name, change->name);
    block.key_size = (unsigned)strlen(change->key);
    memcpy(block.key, change->key, block.key_size);
    block.slot = made->slot; /* where it goes is not the model's business */
    block.first = made->first;
    oracle_insert(after, &block);
}

void world_read(struct oracle *oracle)
{
    const char *wrong = oracle_read(world_bank(), WORLD_SIZE, oracle);

    if (wrong != NULL)
        fail_msg("the bank at rest: %s", wrong);
    wrong = bank_check();
    if (wrong != NULL)
        fail_msg("bank_check: %s", wrong);
}

/* ---- Verdicts ----------------------------------------------------------- */

static const uint8_t *page_of(const uint8_t *pages, unsigned page)
{
    return pages + (page - ORACLE_FIRST_PAGE) * 4096ul;
}

void world_contents_remember(void)
{
    world.written = NULL;
    memcpy(world.contents, world_bank() + ORACLE_FIRST_PAGE * 4096ul,
           sizeof(world.contents));
}

/* Whether a block was there before, under whatever name. */
static bool block_is_old(const struct oracle *old,
                         const struct oracle_block *block)
{
    for (unsigned i = 0; i < old->count; i++) {
        if (old->blocks[i].first == block->first &&
            old->blocks[i].count == block->count)
            return true;
    }
    return false;
}

/* A block from before has its contents; a new one is zero.  Of one that was
 * being written to the seal says what it has, if it has one. */
static bool contents_right(const struct oracle *found,
                           const struct oracle *old)
{
    static const uint8_t zeros[WORLD_BLOCK_PAGES * 4096];
    const uint8_t *pages = world_bank() + ORACLE_FIRST_PAGE * 4096ul;

    for (unsigned i = 0; i < found->count; i++) {
        const struct oracle_block *block = &found->blocks[i];
        const uint8_t *right = block_is_old(old, block)
                                   ? page_of(world.contents, block->first)
                                   : zeros;

        if (world.written != NULL && strcmp(world.written, block->name) == 0)
            continue;
        if (memcmp(page_of(pages, block->first), right,
                   block->count * 4096ul) != 0)
            return false;
    }
    return true;
}

/* Each seal holds: nothing has written to the block since. */
static bool seals_right(const struct oracle *found)
{
    for (unsigned i = 0; i < found->count; i++) {
        const struct oracle_block *block = &found->blocks[i];

        if (block->sealed && (!oracle_seal_fits(world_bank(), block) ||
                              bank_seal_broken(block->slot)))
            return false;
    }
    return true;
}

/* The kernel's derived state against the directory as the oracle reads it. */
static bool kernel_agrees(const struct oracle *found)
{
    uint64_t pages = 0;

    for (unsigned i = 0; i < found->count; i++) {
        const struct oracle_block *block = &found->blocks[i];

        pages += block->count;
        if (bank_find(block->name) != (int)block->slot)
            return false;
    }
    return bank_usage().blocks == found->count &&
           bank_usage().free == (WORLD_BLOCK_PAGES - pages) * 4096ul;
}

static void count_failure(uint64_t *counter, const char *what)
{
    struct world_counts counts = world.counts;

    if (counts.torn + counts.lost + counts.leaked == 0)
        printf("cut: first failure after %llu verdicts: %s\n",
               (unsigned long long)counts.judged, what);
    (*counter)++;
}

/* Some block that neither side of the change may lose is not there. */
static bool something_lost(const struct verdict *verdict,
                           const struct oracle *found)
{
    for (unsigned i = 0; i < verdict->old->count; i++) {
        const struct oracle_block *block = &verdict->old->blocks[i];

        if (oracle_has(verdict->new, block) && !oracle_has(found, block))
            return true;
    }
    return false;
}

void world_judge(struct verdict *verdict, const struct bank_report *report)
{
    struct oracle found;
    const char *wrong = oracle_read(world_bank(), WORLD_SIZE, &found);
    bool is_old = oracle_equal(&found, verdict->old);

    world.counts.judged++;
    verdict->is_new = oracle_equal(&found, verdict->new);
    if (wrong != NULL)
        count_failure(&world.counts.torn, wrong);
    else if (something_lost(verdict, &found))
        count_failure(&world.counts.lost, "a block is missing");
    else if (!verdict->damage &&
             (report->lost > 0 || report->start == BANK_SALVAGED))
        count_failure(&world.counts.lost, report->why);
    else if (!(is_old && verdict->old_allowed) &&
             !(verdict->is_new && verdict->new_allowed))
        count_failure(&world.counts.torn, "neither before nor after");
    else if (!contents_right(&found, verdict->old))
        count_failure(&world.counts.torn, "contents have changed");
    else if (!seals_right(&found))
        count_failure(&world.counts.torn, "a seal is broken");
    else if (!kernel_agrees(&found))
        count_failure(&world.counts.leaked, "the kernel counts otherwise");
    else if (world.counts.judged % 32 == 0 && bank_check() != NULL)
        count_failure(&world.counts.torn, bank_check());
}

/* ---- Counts ------------------------------------------------------------- */

uint64_t world_judged(void)
{
    return world.counts.judged;
}

/* Prints a number with commas. */
static void print_number(uint64_t number)
{
    if (number >= 1000) {
        print_number(number / 1000);
        printf(",%03u", (unsigned)(number % 1000));
    } else {
        printf("%u", (unsigned)number);
    }
}

void world_finish(const char *what)
{
    struct world_counts counts = world.counts;

    printf("cut: %s: ", what);
    print_number(counts.judged);
    printf(" crash points, ");
    print_number(counts.torn);
    printf(" torn, ");
    print_number(counts.lost);
    printf(" lost, ");
    print_number(counts.leaked);
    printf(" leaked\n");
    fflush(stdout);
    assert_int_equal(counts.torn + counts.lost + counts.leaked, 0);
    assert_true(counts.judged > 0);
}
