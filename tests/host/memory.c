/* SPDX-License-Identifier: BSD-2-Clause
 *
 * RAM for the tests of address spaces.
 */
#include "memory.h"

#include "mm/frame.h"
#include "mm/quota.h"
#include "mm/region.h"
#include "mm/spare.h"
#include "mm/stock.h"
#include "test.h"

#define MEMORY_BASE (FAKE_RAM_BASE + 0x1000000ull)
#define SQUEEZED_MAX 4096u

static struct {
    struct boot_info info;
    paddr_t squeezed[SQUEEZED_MAX];
    unsigned count;
} memory;

/* More than asked for: the table of the frames takes one, and the regions'
 * stock some.  Actors may have it all. */
void test_memory_init(unsigned frame_count)
{
    static const struct quota_rule all[QUOTA_KINDS] = {
        [QUOTA_FRAMES] = {.limit = UINT64_MAX, .limit_all = UINT64_MAX},
        [QUOTA_REGIONS] = {.limit = UINT64_MAX, .limit_all = UINT64_MAX},
        [QUOTA_THREADS] = {.limit = UINT64_MAX, .limit_all = UINT64_MAX},
    };

    uint64_t stock = stock_bytes(sizeof(struct region), TEST_REGIONS);
    uint64_t pages = frame_count + stock / PAGE_SIZE;

    pages += page_up((pages + 2) * sizeof(uint32_t)) >> PAGE_SHIFT;
    assert_true(frame_count < 1024);
    memory.count = 0;
    memory.info = (struct boot_info){.range_count = 1};
    memory.info.ranges[0] = (struct boot_range){
        paddr(MEMORY_BASE), pages * PAGE_SIZE};
    frame_init(&memory.info, NULL, 0);
    region_init(TEST_REGIONS);
    spare_init();
    quota_init(all, 0);
    assert_int_equal(frame_available(), frame_count);
}

void test_memory_squeeze(unsigned count)
{
    while (frame_available() > count)
        assert_int_equal(frame_allocate(&memory.squeezed[memory.count++]),
                         K_OK);
}

void test_memory_release(void)
{
    while (memory.count > 0)
        frame_free(memory.squeezed[--memory.count]);
}
