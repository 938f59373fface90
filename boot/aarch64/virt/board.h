/* SPDX-License-Identifier: BSD-2-Clause
 *
 * QEMU's machine "virt": what must be known before the device tree is read
 * (also read by linker.ld and start.S).
 */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_NAME "virt"

/* Of the first 4 GiB, what may be mapped as memory; the rest are devices. */
#define BOARD_RAM 0x40000000
#define BOARD_RAM_END 0x100000000

/* Behind the kernel and what U-Boot loads, below the middle of RAM, from where
 * on QEMU writes the archive and the tree; low enough for 48 MiB of RAM. */
#define BOARD_BANK 0x41000000

/* The console of a start that gets no tree: a PL011. */
#define BOARD_UART 0x09000000

#endif
