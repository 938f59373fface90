/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Interrupts of a PC: one I/O APIC for the lines, the local APIC of the boot
 * processor behind it, the two old 8259 masked.  The addresses are the
 * standard ones that every PC chip set has used; the ISA lines that we
 * connect (the serial port) are wired one to one.
 */
#include "drivers/apic.h"

#include "arch/x86_64/cpu.h"
#include "drivers/irqchip.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

#define LOCAL_APIC 0xfee00000ull
#define IO_APIC 0xfec00000ull

#define MSR_APIC_BASE 0x1b
#define APIC_BASE_ENABLE (1u << 11)
#define SPURIOUS_ENABLE 0x100u

#define PIC1_DATA 0x21
#define PIC2_DATA 0xa1

static struct {
    volatile uint32_t *local, *io;
    void (*handler[APIC_LINES])(void);
} apic;

uint32_t apic_read(enum apic_register reg)
{
    return apic.local[reg / 4];
}

void apic_write(enum apic_register reg, uint32_t value)
{
    apic.local[reg / 4] = value;
}

/* The I/O APIC has two registers: which one, and its value. */
static void io_apic_write(uint32_t reg, uint32_t value)
{
    apic.io[0] = reg;
    apic.io[4] = value;
}

static void io_apic_route(unsigned line, uint32_t low)
{
    io_apic_write(0x10 + line * 2, APIC_MASKED);
    io_apic_write(0x11 + line * 2, 0); /* to local APIC 0 */
    io_apic_write(0x10 + line * 2, low);
}

void irqchip_init(void)
{
    io_out8(PIC1_DATA, 0xff);
    io_out8(PIC2_DATA, 0xff);
    apic.local = kspace_map_device(paddr(LOCAL_APIC), PAGE_SIZE);
    apic.io = kspace_map_device(paddr(IO_APIC), PAGE_SIZE);
    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | APIC_BASE_ENABLE);
    for (unsigned line = 0; line < APIC_LINES; line++)
        io_apic_route(line, APIC_MASKED);
    apic_write(APIC_LINT0, APIC_MASKED);
    apic_write(APIC_LINT1, APIC_NMI); /* the last means against a hung kernel */
    apic_write(APIC_TIMER, APIC_MASKED);
    apic_write(APIC_TASK_PRIORITY, 0);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | APIC_VECTOR_SPURIOUS);
    apic_write(APIC_END, 0); /* one may be in service after a warm restart */
}

void irqchip_connect(unsigned line, void (*handler)(void))
{
    ASSERT(line < APIC_LINES);
    ASSERT(apic.handler[line] == NULL);
    apic.handler[line] = handler;
    io_apic_route(line, APIC_VECTOR_LINES + line);
}

bool irqchip_connect_unmaskable(unsigned line)
{
    ASSERT(line < APIC_LINES);
    io_apic_route(line, APIC_NMI);
    return true;
}

void irqchip_serve(unsigned vector)
{
    unsigned line = vector - APIC_VECTOR_LINES;

    if (vector == APIC_VECTOR_SPURIOUS)
        return; /* by its definition it wants no end */
    if (vector == APIC_VECTOR_TIMER)
        apic_timer_interrupt();
    else if (line < APIC_LINES && apic.handler[line] != NULL)
        apic.handler[line]();
    apic_write(APIC_END, 0);
}
