/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The one store of the registry; see store.h.
 */
#include "store.h"

void store_word(volatile uint32_t *word, uint32_t value)
{
    /* Volatile keeps the compiler's order; that the caches reach RAM before
     * a reset is the kernel's business, which owns the bank. */
    *word = value;
}
