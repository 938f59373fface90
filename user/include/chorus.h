/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The general header of the ChorusOS books: types, actors, threads, time and
 * regions.  Programs of the books use exit(), strcpy() and bzero() with
 * nothing but this header, so it brings those along.
 */
#ifndef CHORUS_H
#define CHORUS_H

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <exec/chExec.h>
#include <kernel/abi.h>
#include <mem/chMem.h>

#endif
