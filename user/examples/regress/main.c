/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A memory map and two tasks, step by step: what can be had, how waits end,
 * and what goes from hand to hand.  The objects are public: prj.mdef has
 * them.
 */
#include <zephyr.h>

#include "regress.h"
