/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes the bank at random and writes down each step twice, before it is
 * made and after, in a journal that is in the bank itself.  So whatever
 * moment the machine stops at, the bank tells which step it was in, and what
 * has to be there can be worked out from the outside:
 *
 *      arun -t clerk STEPS SEED    makes steps
 *      arun -t clerk look          says what is there: each block, where it is
 *                                  attached, the CRC-32 of its contents
 *      arun -t clerk look again    says it, and restarts the site
 *
 * A block is marked when it is new and when it is unsealed: the first words of
 * each page say in which step.  tests/suite/campaigns has the reader of it.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zephyr.h>

#define STEPS_MAX 1000
#define NAMES 4
#define PAGES_MAX 3
#define MARKS 8 /* words at the start of each page */
#define DRAWERS 12
#define BLOCKS_MAX 256
#define BYTES_MAX (32 * K_PAGE_SIZE) /* of a block that others hold */

enum kind { ALLOCATE, FREE, FREE_KEY, TAKE, PUT, SEAL, UNSEAL, KINDS };

/* A step: what is to be done is written before it begins, the result when it
 * is over. */
struct step {
    uint8_t kind, name, pages, key;
    int32_t result;
};

struct journal {
    volatile uint32_t begun, done; /* steps */
    volatile struct step steps[STEPS_MAX];
};

DEFINE_PERSISTENT_MEMORY_MAP(clerk_map, DRAWERS, 24, NULL);

static struct {
    struct journal *journal;
    uint64_t random;
    void *drawers[DRAWERS]; /* taken ones, by their index */
    VmAddr blocks[NAMES];   /* where they are, and how large, if they are */
    unsigned pages[NAMES];
    uint32_t crc[256];
    PmmBlockInfo list[BLOCKS_MAX];
    unsigned char bytes[BYTES_MAX];
} clerk;

static _Noreturn void stop(const char *what, int error)
{
    printf("clerk: %s: %s\n", what, k_strerror(error));
    HR_EXIT_HDL();
    exit(1);
}

/* The same numbers everywhere, whatever the C library has. */
static unsigned random_below(unsigned limit)
{
    clerk.random = clerk.random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(clerk.random >> 33) % limit;
}

static int block_get(const char *block, size_t pages, unsigned key,
                     VmAddr *address)
{
    PmmName name = {.medium = "RAM"};
    PmmDelKey bytes = {(char)('0' + key)};

    snprintf(name.name, sizeof(name.name), "%s", block);
    return pmmAllocate(address, &name, pages * K_PAGE_SIZE, bytes,
                       sizeof(bytes));
}

/* ---- Steps --------------------------------------------------------------- */

static void name_make(PmmName *name, unsigned number)
{
    *name = (PmmName){.medium = "RAM"};
    sprintf(name->name, "clerk.%c", 'a' + number);
}

static void block_mark(unsigned name, unsigned number)
{
    volatile uint64_t *words = (volatile uint64_t *)clerk.blocks[name];

    for (unsigned i = 0; i < clerk.pages[name] * MARKS; i++) {
        words[i / MARKS * (K_PAGE_SIZE / 8) + i % MARKS] =
            (uint64_t)(number + 1) << 32 | (i + 1);
    }
}

/* Makes a block if there is none of that name, and marks it. */
static int step_allocate(const volatile struct step *step, unsigned number)
{
    PmmName name;
    VmAddr at;
    int error;

    name_make(&name, step->name);
    error = block_get(name.name, step->pages, step->key, &at);
    if (error != K_OK || *(volatile uint64_t *)at != 0) {
        return error;
    }
    clerk.blocks[step->name] = at;
    clerk.pages[step->name] = step->pages;
    block_mark(step->name, number);
    return K_OK;
}

/* The clerk holds what it has made: sealing a block is always allowed. */
static int step_seal(const volatile struct step *step)
{
    PmmName name;

    name_make(&name, step->name);
    return pmmSeal(&name);
}

static int step_unseal(const volatile struct step *step, unsigned number)
{
    PmmName name;
    int error;

    name_make(&name, step->name);
    error = pmmUnseal(&name);
    if (error == K_OK) {
        block_mark(step->name, number);
    }
    return error;
}

static int step_free(const volatile struct step *step)
{
    PmmName name;

    name_make(&name, step->name);
    return pmmFree(&name);
}

static int step_free_key(const volatile struct step *step)
{
    PmmDelKey key = {(char)('0' + step->key)};

    return pmmFreeAll(key, sizeof(key));
}

/* The index of the drawer, or -1. */
static int step_take(void)
{
    void *drawer;
    int index;

    if (task_mem_map_alloc(clerk_map, &drawer, TICKS_NONE) != RC_OK) {
        return -1;
    }
    index = task_mem_map_index(clerk_map, drawer);
    clerk.drawers[index] = drawer;
    return index;
}

static int step_put(const volatile struct step *step)
{
    unsigned index = step->name;

    if (clerk.drawers[index] == NULL) {
        return -1;
    }
    task_mem_map_free(clerk_map, &clerk.drawers[index]);
    return (int)index;
}

static int step_make(const volatile struct step *step, unsigned number)
{
    switch (step->kind) {
    case ALLOCATE:
        return step_allocate(step, number);
    case FREE:
        return step_free(step);
    case FREE_KEY:
        return step_free_key(step);
    case TAKE:
        return step_take();
    case PUT:
        return step_put(step);
    case SEAL:
        return step_seal(step);
    default:
        return step_unseal(step, number);
    }
}

/* Every third step allocates, or the bank would be empty most of the time. */
static void step_choose(volatile struct step *step)
{
    unsigned kind = random_below(KINDS + KINDS / 2);

    step->kind = (uint8_t)(kind < KINDS ? kind : ALLOCATE);
    step->name = (uint8_t)random_below(step->kind == PUT ? DRAWERS : NAMES);
    step->pages = (uint8_t)(1 + random_below(PAGES_MAX));
    step->key = (uint8_t)random_below(3);
}

static void journal_open(void)
{
    unsigned inherited;
    VmAddr at;
    int error = block_get("clerk.journal",
                          (sizeof(struct journal) + K_PAGE_SIZE - 1) /
                              K_PAGE_SIZE, 9, &at);

    if (error == K_OK) {
        error = task_mem_map_attach(clerk_map, &inherited);
    }
    if (error != K_OK) {
        stop("no journal", error);
    }
    clerk.journal = (struct journal *)at;
}

static void steps_make(unsigned count)
{
    journal_open();
    for (unsigned i = 0; i < count; i++) {
        volatile struct step *step = &clerk.journal->steps[i];

        step_choose(step);
        clerk.journal->begun = i + 1;
        step->result = step_make(step, i);
        clerk.journal->done = i + 1;
    }
    printf("clerk: %u steps made\n", count);
}

/* ---- Looking ------------------------------------------------------------- */

static void crc_prepare(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;

        for (unsigned bit = 0; bit < 8; bit++) {
            value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
        }
        clerk.crc[i] = value;
    }
}

static uint32_t crc_of(const unsigned char *bytes, size_t size)
{
    uint32_t value = ~0u;

    for (size_t i = 0; i < size; i++) {
        value = clerk.crc[(value ^ bytes[i]) & 0xff] ^ value >> 8;
    }
    return ~value;
}

/* The contents of a block that others hold, or that is the system's. */
static uint32_t crc_afar(const PmmBlockInfo *block, const PmmName *name)
{
    size_t at = 0;
    long got;

    while ((got = pmmRead(name, at, clerk.bytes + at,
                          sizeof(clerk.bytes) - at)) > 0) {
        at += (size_t)got;
    }
    return at == block->size ? crc_of(clerk.bytes, at) : 0;
}

/* One line a block. */
static void block_look(const PmmBlockInfo *block)
{
    PmmName name = {.medium = "RAM"};
    VmAddr at = block->addr;
    int error = K_EPRIV;
    uint32_t crc;

    memcpy(name.name, block->name, sizeof(name.name));
    if (strncmp(block->name, PMM_SYSTEM_PREFIX,
                strlen(PMM_SYSTEM_PREFIX)) != 0) {
        error = pmmAllocate(&at, &name, 0, NULL, 0);
    }
    crc = error == K_OK ? crc_of((const unsigned char *)at, block->size)
                        : crc_afar(block, &name);
    printf("clerk: block %s %lx %lu %08x %d\n", block->name, at,
           block->size / K_PAGE_SIZE, (unsigned)crc, error);
}

static void look(void)
{
    int count = pmmList(clerk.list, sizeof(clerk.list));
    KnSysInfo info;

    crc_prepare();
    for (int i = 0; i < count; i++) {
        block_look(&clerk.list[i]);
    }
    if (sysInfo(&info) == K_OK) {
        printf("clerk: %d blocks, %lu free\n", count,
               info.bankFree / K_PAGE_SIZE);
    }
}

static void look_again(void)
{
    KnRebootDesc hot = {K_REBOOT_HOT};

    look();
    stop("no restart", sysReboot(&hot));
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "look") == 0) {
        look();
    } else if (argc == 3 && strcmp(argv[1], "look") == 0) {
        look_again();
    } else if (argc == 3 && atoi(argv[1]) > 0 && atoi(argv[1]) <= STEPS_MAX) {
        clerk.random = strtoull(argv[2], NULL, 0);
        steps_make((unsigned)atoi(argv[1]));
    } else {
        printf("clerk: STEPS (1 .. %d) SEED, or look\n", STEPS_MAX);
        return 1;
    }
    return 0;
}
