/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which Reprise this is: the tag or commit that it was built from.
 */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

/* Set in main.c, the one object that is built anew when it changes. */
extern const char version_text[];

#endif
