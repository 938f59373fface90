/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the device tree to boot_info.
 */
#ifndef BOOT_AARCH64_TREE_H
#define BOOT_AARCH64_TREE_H

#include "arch_layout.h"
#include "boot/aarch64/fdt.h"
#include "boot/boot_info.h"

/* The board that we are built for, as it is where the tree does not tell;
 * boot/aarch64/<board>/board.c. */
extern const struct boot_platform board_platform;

/* In this order: RAM; command line and archive, which must lie in it; what
 * of it is taken. */
void tree_read_ram(const struct fdt *fdt);
void tree_read_chosen(const struct fdt *fdt);
void tree_read_reserved(const struct fdt *fdt);

/* Who gave us the tree, as far as it says so. */
const char *tree_loader(const struct fdt *fdt);

/* Reads what the drivers must know. */
void tree_read_devices(const struct fdt *fdt, struct boot_platform *platform);

#endif
