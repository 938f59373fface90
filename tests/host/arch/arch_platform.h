/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake machine has no loader to tell anything.
 */
#ifndef ARCH_PLATFORM_H
#define ARCH_PLATFORM_H

struct boot_platform {
    char none;
};

#endif
