/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the drivers of an AArch64 machine must know of it, as the device tree
 * told it; what the tree leaves out is as on the board that we are built for.
 */
#ifndef ARCH_PLATFORM_H
#define ARCH_PLATFORM_H

#include <stdint.h>

enum irqchip_kind {
    IRQCHIP_GIC2, /* distributor, processor interface */
    IRQCHIP_GIC3, /* distributor, redistributors */
    IRQCHIP_BCM,  /* the processors' own, the peripherals' */
};

enum psci_method { PSCI_NONE, PSCI_HVC, PSCI_SMC };

struct boot_platform {
    uint64_t uart; /* registers of the console, physical */
    uint32_t uart_line;
    uint32_t uart_hz; /* 0: leave its speed as the loader set it */
    uint32_t irqchip; /* enum irqchip_kind */
    uint64_t irqchip_base[2];
    uint32_t timer_line;
    uint32_t bark_line; /* of the timer's physical face; 0: none */
    uint32_t clock_hz; /* 0: the processor knows */
    uint32_t psci;     /* enum psci_method */
    uint64_t power;    /* registers of the watchdog, physical */
};

#endif
