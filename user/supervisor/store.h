/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The one way by which the registry in the bank changes: a word at a time,
 * in program order.  It has a file of its own so that a test can put another
 * in its place and stop the supervisor after any single store.
 */
#ifndef SUPERVISOR_STORE_H
#define SUPERVISOR_STORE_H

#include <stdint.h>

/* Writes one word; it is in memory before the next one is written. */
void store_word(volatile uint32_t *word, uint32_t value);

#endif
