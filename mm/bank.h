/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bank: the directory of named blocks in RAM that no restart clears.
 * Contract only as far as others lean on it; mm/README.md has every byte.
 */
#ifndef MM_BANK_H
#define MM_BANK_H

#include "kernel/config.h"
#include "mm/types.h"

#endif
