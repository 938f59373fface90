/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Raspberry Pi 3: what must be known before the device tree is read (also
 * read by linker.ld and start.S).
 */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_NAME "rpi3"

/* Of the first 4 GiB, what may be mapped as memory; the rest are devices.
 * The top of the memory is the graphics processor's, as the tree says. */
#define BOARD_RAM 0x00000000
#define BOARD_RAM_END 0x3f000000

/* Above what the firmware, U-Boot and QEMU write (kernel, tree and archive in
 * the lowest 160 MiB), below U-Boot's own place under the top. */
#define BOARD_BANK 0x10000000

/* The console of a start that gets no tree: the PL011 of the header's pins
 * 8 and 10. */
#define BOARD_UART 0x3f201000

#endif
