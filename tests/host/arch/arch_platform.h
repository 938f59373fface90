/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake machine's loader is one with a device tree.
 */
#include "arch/aarch64/arch_platform.h"
