/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the image is loaded and linked (also read by linker.ld and start.S).
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

/* Virtual minus physical address of the image: the top 2 GiB. */
#define IMAGE_BASE 0xffffffff80000000

/* PC loaders put a kernel at 1 MiB; its RAM half begins 2 MiB further on. */
#define IMAGE_LOAD 0x00100000
#define IMAGE_RAM 0x00300000

/* The early map and the physmap that stands in for the real one until
 * kspace_init(): this much from address 0. */
#define EARLY_MAP_SIZE 0x100000000

/* What arch_warm_restart() tells start.S instead of a loader's magic. */
#define WARM_MAGIC 0x4d524157

#endif
