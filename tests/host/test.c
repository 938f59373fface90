/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Helpers of the host tests.
 */
#include "test.h"

#include "mm/bank.h"

#define BANK_BASE (FAKE_RAM_BASE + 0x100000ull)

static struct {
    unsigned page_count;
} test;

uint64_t test_seed(void)
{
    const char *text = getenv("SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : 20260101;

    printf("seed %llu (SEED=... overrides)\n", (unsigned long long)seed);
    return seed;
}

uint64_t test_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

uint64_t test_random_below(uint64_t *state, uint64_t limit)
{
    return test_random(state) % limit;
}

struct bank_place test_bank_place(void)
{
    return (struct bank_place){
        .base = paddr(BANK_BASE),
        .size = test.page_count * PAGE_SIZE,
        .blocks_max = PMM_BLOCKS_DEFAULT,
    };
}

void test_bank_erase(unsigned page_count)
{
    uint64_t random = 1;
    size_t size = page_count * PAGE_SIZE;
    uint8_t *bank = fake_ram(paddr(BANK_BASE), size);

    test.page_count = page_count;
    for (size_t i = 0; i < size; i++)
        bank[i] = (uint8_t)test_random(&random);
    fake_cache_watch(bank, size);
}
