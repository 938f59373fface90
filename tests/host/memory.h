/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake machine's RAM as frames, for tests of mm/.
 */
#ifndef TESTS_HOST_MEMORY_H
#define TESTS_HOST_MEMORY_H

#include "mm/frame.h"

/* Makes page_count pages of fake RAM frames, all else as after a start. */
void memory_begin(unsigned page_count);

/* Leaves exactly count frames free, the rest taken, until the next
 * memory_begin(). */
void memory_leave(uint64_t count);

#endif
