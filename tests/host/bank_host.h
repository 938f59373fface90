/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An empty bank to begin a test with.
 */
#ifndef TESTS_HOST_BANK_HOST_H
#define TESTS_HOST_BANK_HOST_H

#include "mm/bank.h"
#include "test.h"

/* Formats a bank of page_count pages of rubbish, and opens it. */
static inline void test_bank_begin(unsigned page_count)
{
    struct bank_report report;
    struct bank_place place;

    test_bank_erase(page_count);
    place = test_bank_place();
    bank_open(&place, BOOT_COLD, &report);
    assert_int_equal(report.start, BANK_EMPTY);
}

#endif
