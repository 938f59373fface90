/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The local APIC, shared by its two drivers: the interrupt controller
 * (apic.c) and the timer (apic_timer.c).
 */
#ifndef DRIVERS_APIC_H
#define DRIVERS_APIC_H

#include <stdint.h>

/* Vectors 0-31 are the processor's; lines follow, then the APIC's own, before
 * VECTOR_COUNT.  Of the spurious one four bits must be set. */
#define APIC_VECTOR_LINES 32
#define APIC_LINES 24
#define APIC_VECTOR_TIMER 56
#define APIC_VECTOR_SPURIOUS 63

enum apic_register {
    APIC_TASK_PRIORITY = 0x080,
    APIC_END = 0x0b0,
    APIC_SPURIOUS = 0x0f0,
    APIC_TIMER = 0x320,
    APIC_LINT0 = 0x350,
    APIC_LINT1 = 0x360,
    APIC_TIMER_START = 0x380,
    APIC_TIMER_NOW = 0x390,
    APIC_TIMER_DIVIDE = 0x3e0,
};

#define APIC_MASKED 0x10000u
#define APIC_NMI 0x400u

uint32_t apic_read(enum apic_register reg);
void apic_write(enum apic_register reg, uint32_t value);

/* The timer's half of irqchip_serve(). */
void apic_timer_interrupt(void);

#endif
