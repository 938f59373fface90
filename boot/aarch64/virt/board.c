/* SPDX-License-Identifier: BSD-2-Clause
 *
 * QEMU's machine "virt", as it is where the device tree does not tell.
 */
#include "boot/aarch64/tree.h"

const struct boot_platform board_platform = {
    .uart = BOARD_UART,
    .uart_line = 33,
    .irqchip = IRQCHIP_GIC2,
    .irqchip_base = {0x08000000, 0x08010000},
    .timer_line = 27,
    .bark_line = 30,
    .psci = PSCI_NONE,
};
