/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake machine's RAM as frames.
 */
#include "memory.h"

#include "fake.h"
#include "mm/region.h"
#include "test.h"

void memory_begin(unsigned page_count)
{
    static struct boot_info info;
    uint64_t size = (uint64_t)page_count * PAGE_SIZE;

    memset(fake_ram(paddr(FAKE_RAM_BASE), size), 0xa5, size);
    info.range_count = 1;
    info.ranges[0] = (struct boot_range){paddr(FAKE_RAM_BASE), size};
    frame_init(&info, NULL, 0);
    region_init();
}

void memory_leave(uint64_t count)
{
    paddr_t frame;

    while (frame_available() > count)
        assert_int_equal(frame_allocate(&frame), K_OK);
}
