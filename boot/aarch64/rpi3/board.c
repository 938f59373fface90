/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Raspberry Pi 3, as it is where the device tree does not tell.
 */
#include "boot/aarch64/tree.h"

const struct boot_platform board_platform = {
    .uart = BOARD_UART,
    .uart_line = 57,
    .uart_hz = 48000000, /* what the firmware sets when config.txt is silent */
    .irqchip = IRQCHIP_BCM,
    .irqchip_base = {0x40000000, 0x3f00b200},
    .timer_line = 64 + 3,
    .bark_line = 64 + 1,
    .psci = PSCI_NONE,
    .power = 0x3f100000,
};
