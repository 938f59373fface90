/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The interrupt controller.  Lines are numbered as the machine's documents
 * number them; vectors are between the controller and arch/.
 */
#ifndef DRIVERS_IRQCHIP_H
#define DRIVERS_IRQCHIP_H

#include <stdbool.h>

/* Masks every line. */
void irqchip_init(void);

/* Calls handler at each interrupt of line, and unmasks it. */
void irqchip_connect(unsigned line, void (*handler)(void));

/* Makes each interrupt of line one that the kernel cannot mask: an NMI, an FIQ.
 * It comes as a fault of the kernel's (FAULT_MACHINE), not to a handler. False:
 * this machine cannot do that, or another owns it. */
bool irqchip_connect_unmaskable(unsigned line);

/* Finds out which line it was, calls its handler, ends the interrupt. */
void irqchip_serve(unsigned vector);

#endif
