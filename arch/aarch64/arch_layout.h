/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the image is loaded and linked (also read by linker.ld and start.S).
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

#include "board.h"

/* Virtual minus physical address of the image: RAM begins at the top 2 GiB. */
#define IMAGE_BASE (0xffffffff80000000 - BOARD_RAM)

/* Loaders put a kernel this far above the beginning of RAM, as its header
 * asks; its RAM half begins 2 MiB further on, so that the early map, made of
 * pages of 2 MiB, can tell them apart. */
#define IMAGE_OFFSET 0x00200000
#define IMAGE_LOAD (BOARD_RAM + IMAGE_OFFSET)
#define IMAGE_RAM (IMAGE_LOAD + 0x00200000)

/* The early map and the physmap that stands in for the real one until
 * kspace_init(): this much from address 0. */
#define EARLY_MAP_SIZE 0x100000000

/* What arch_warm_restart() tells start.S in x1, which a loader leaves 0. */
#define WARM_MAGIC 0x4d524157

#endif
