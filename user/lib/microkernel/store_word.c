/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The stores to a persistent map; see store.h.
 */
#include "store.h"

/* Volatile keeps the compiler's order.  That the caches reach RAM before a
 * reset is the kernel's business, which owns the bank. */
void store_word(volatile uint32_t *word, uint32_t value)
{
    *word = value;
}

void store_commit(volatile uint64_t *word, uint64_t value)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    *word = value;
}
