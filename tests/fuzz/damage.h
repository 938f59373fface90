/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What comes from outside is damaged: the input says where and how.
 */
#ifndef TESTS_FUZZ_DAMAGE_H
#define TESTS_FUZZ_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

/* Damages bytes as the input says: of each four bytes of it two are a place
 * and two what is put there, one byte, or two, four or eight bytes of a number
 * that is an edge of something. */
void damage(uint8_t *bytes, size_t size, const uint8_t *input, size_t count);

/* The bytes in memory of exactly their size, aligned as for anything; until
 * the next call. */
uint8_t *exact_copy(const void *bytes, size_t size);

/* Memory at a fixed address. */
uint8_t *memory_at(uintptr_t address, size_t size);

/* Ends the fuzzer: what is not so. */
_Noreturn void broken(const char *what);

/* What a target is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
