/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where a loader would put the kernel on the machine of the tests' trees.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#define IMAGE_LOAD 0x40200000ull

#endif
