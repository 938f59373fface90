/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The general header of Zephyr 1.x programs: the microkernel, and the public
 * objects of the program's MDEF file, if it has one (tools/mdef.py).
 */
#ifndef ZEPHYR_H
#define ZEPHYR_H

#include <microkernel.h>
#ifdef REPRISE_MDEF
#include <sysgen.h>
#endif

#endif
