/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The serial port of Arm's machines, a PL011.
 */
#include <stdbool.h>
#include <stdint.h>

#include "boot/boot_info.h"
#include "drivers/console.h"
#include "drivers/irqchip.h"
#include "mm/kspace.h"

/* Registers, as indexes of 32-bit words. */
enum {
    DATA = 0x00 / 4,
    FLAGS = 0x18 / 4,
    DIVISOR = 0x24 / 4,
    DIVISOR_FRACTION = 0x28 / 4,
    FORMAT = 0x2c / 4,
    CONTROL = 0x30 / 4,
    FIFO_LEVELS = 0x34 / 4,
    INTERRUPT_MASK = 0x38 / 4,
    INTERRUPT_CLEAR = 0x44 / 4,
};

#define FLAG_BUSY 0x08u
#define FLAG_NONE_RECEIVED 0x10u
#define FLAG_SEND_FULL 0x20u
#define FORMAT_8N1_FIFO 0x70u
#define CONTROL_ON 0x301u /* receive, send, on */
#define LEVELS_LOW 0x00u  /* send at 1/8 left, receive at 1/8 full */
#define INTERRUPT_RECEIVED 0x10u
#define INTERRUPT_CAN_SEND 0x20u
#define INTERRUPT_PAUSE 0x40u /* received less than that, and then nothing */
#define INTERRUPTS_ALL 0x7ffu

#define BAUD 115200

/* About a second of polling, once: a line that never gets ready must not hang
 * us, nor make a panic take minutes. */
#define SEND_POLLS_MAX 1000000

static struct {
    volatile uint32_t *registers;
    const struct console_client *client;
    bool sending; /* it interrupts when it can send more */
    bool stuck;   /* the last byte was waited for in vain */
} uart;

/* On the early map a device's physical address is a pointer. */
void console_init(void)
{
    const struct boot_platform *platform = &boot_info.platform;
    volatile uint32_t *registers = (volatile uint32_t *)platform->uart;

    uart.registers = registers;
    for (int i = 0; i < SEND_POLLS_MAX && (registers[FLAGS] & FLAG_BUSY); i++)
        ; /* what the loader said last */
    registers[CONTROL] = 0;
    registers[INTERRUPT_MASK] = 0;
    registers[INTERRUPT_CLEAR] = INTERRUPTS_ALL;
    if (platform->uart_hz > 0) { /* in 64ths of a bit's sixteenth */
        uint32_t divisor = (platform->uart_hz * 4 + BAUD / 2) / BAUD;

        registers[DIVISOR] = divisor >> 6;
        registers[DIVISOR_FRACTION] = divisor & 63;
    }
    registers[FORMAT] = FORMAT_8N1_FIFO;
    registers[FIFO_LEVELS] = LEVELS_LOW;
    registers[CONTROL] = CONTROL_ON;
}

void console_map(void)
{
    uart.registers =
        kspace_map_device(paddr(boot_info.platform.uart), PAGE_SIZE);
}

void console_put(char c)
{
    int polls = uart.stuck ? 1 : SEND_POLLS_MAX;

    while (polls > 0 && (uart.registers[FLAGS] & FLAG_SEND_FULL))
        polls--;
    uart.stuck = polls == 0;
    uart.registers[DATA] = (unsigned char)c;
}

static void interrupts_set(bool sending)
{
    uart.sending = sending;
    uart.registers[INTERRUPT_MASK] =
        INTERRUPT_RECEIVED | INTERRUPT_PAUSE |
        (sending ? INTERRUPT_CAN_SEND : 0);
}

/* The line only interrupts once it has had something to send: fill it. */
static void send_some(void)
{
    while ((uart.registers[FLAGS] & FLAG_SEND_FULL) == 0) {
        int c = uart.client->next();

        if (c < 0) {
            interrupts_set(false);
            return;
        }
        uart.registers[DATA] = (uint32_t)c;
    }
    interrupts_set(true);
}

static void uart_interrupt(void)
{
    uart.registers[INTERRUPT_CLEAR] = INTERRUPTS_ALL;
    while ((uart.registers[FLAGS] & FLAG_NONE_RECEIVED) == 0)
        uart.client->receive((char)uart.registers[DATA]);
    send_some();
}

void console_listen(const struct console_client *client)
{
    uart.client = client;
    irqchip_connect(boot_info.platform.uart_line, uart_interrupt);
    uart_interrupt(); /* what was typed before would never interrupt */
}

void console_wake(void)
{
    if (!uart.sending)
        send_some();
}
