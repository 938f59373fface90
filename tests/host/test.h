/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What every host test includes: cmocka, the fake machine and two helpers.
 */
#ifndef TESTS_HOST_TEST_H
#define TESTS_HOST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "mm/bank.h"

/* A reproducible stream of random numbers.  The seed is SEED of the
 * environment or a fixed number; test_seed() prints it. */
uint64_t test_seed(void);
uint64_t test_random(uint64_t *state);

/* A number from 0 to limit - 1. */
uint64_t test_random_below(uint64_t *state, uint64_t limit);

/* The bank that a test works with: page_count pages, filled with rubbish as
 * RAM is after power-up, and watched by the cache model. */
void test_bank_erase(unsigned page_count);

/* Where it is, for bank_open(). */
struct bank_place test_bank_place(void);

#endif
