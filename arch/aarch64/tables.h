/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The processor's tables that the rest of this folder needs.
 */
#ifndef ARCH_AARCH64_TABLES_H
#define ARCH_AARCH64_TABLES_H

/* Loads the exception vectors. */
void tables_load(void);

#endif
