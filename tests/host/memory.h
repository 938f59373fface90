/* SPDX-License-Identifier: BSD-2-Clause
 *
 * RAM for the tests of address spaces: frames and regions, as the kernel sets
 * them up, but few enough to run out of.
 */
#ifndef TESTS_HOST_MEMORY_H
#define TESTS_HOST_MEMORY_H

#include <stdint.h>

/* Descriptors of regions that there are. */
#define TEST_REGIONS 1536u

/* Begins with about so many free frames, away from the bank of test.h. */
void test_memory_init(unsigned frame_count);

/* Takes frames away until only count are left; and gives them back. */
void test_memory_squeeze(unsigned count);
void test_memory_release(void);

#endif
