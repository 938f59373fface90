/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Exception vectors: all that this processor has of tables, besides pages.
 */
#include "arch/aarch64/tables.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/trap_entry.h"

void tables_load(void)
{
    vbar_write((uintptr_t)entry_vectors);
}
