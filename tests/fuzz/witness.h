/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who is there while another actor makes system calls at random (witness.c).
 */
#ifndef TESTS_FUZZ_WITNESS_H
#define TESTS_FUZZ_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

/* Whoever waits for two of them knows that the witness has looked. */
#define WITNESS_PERIOD_US 20000

_Noreturn void witness(void);
_Noreturn void miser(uint64_t seed);

/* Whether the miser has taken what there is, blocks last. */
bool miser_is_there(void);

/* Frees the miser's blocks. */
void miser_clean(void);

#endif
