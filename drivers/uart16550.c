/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The PC's first serial port, a 16550.
 */
#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/cpu.h"
#include "drivers/console.h"
#include "drivers/irqchip.h"

#define COM1 0x3f8
#define COM1_LINE 4

enum {
    DATA = COM1 + 0,       /* divisor low while DLAB is set */
    INTERRUPTS = COM1 + 1, /* divisor high while DLAB is set */
    FIFO = COM1 + 2,
    FORMAT = COM1 + 3,
    MODEM = COM1 + 4,
    STATUS = COM1 + 5,
};

#define FORMAT_8N1 0x03
#define FORMAT_DLAB 0x80
#define FIFO_ON 0x01       /* what was typed before the start stays in it */
#define MODEM_ON 0x0b      /* DTR, RTS, OUT2: the interrupt reaches the line */
#define STATUS_RECEIVED 0x01
#define STATUS_CAN_SEND 0x20
#define DIVISOR_115200 1

/* About a second of polling, once: a line that never gets ready must not hang
 * us, nor make a panic take minutes.  A machine that is emulated on a busy host
 * takes hundreds of milliseconds to send a byte. */
#define SEND_POLLS_MAX 1000000

/* Bytes that the line takes at a time when it is ready. */
#define FIFO_SIZE 16

#define INTERRUPT_RECEIVED 0x01
#define INTERRUPT_CAN_SEND 0x02

static struct {
    const struct console_client *client;
    bool sending; /* it interrupts when it can send more */
    bool stuck;   /* the last byte was waited for in vain */
} uart;

void console_init(void)
{
    io_out8(INTERRUPTS, 0);
    io_out8(FORMAT, FORMAT_DLAB);
    io_out8(DATA, DIVISOR_115200);
    io_out8(INTERRUPTS, 0);
    io_out8(FORMAT, FORMAT_8N1);
    io_out8(FIFO, FIFO_ON);
    io_out8(MODEM, MODEM_ON);
}

/* Ports are not in memory. */
void console_map(void)
{
}

void console_put(char c)
{
    int polls = uart.stuck ? 1 : SEND_POLLS_MAX;

    while (polls > 0 && !(io_in8(STATUS) & STATUS_CAN_SEND))
        polls--;
    uart.stuck = polls == 0;
    io_out8(DATA, (uint8_t)c);
}

static void interrupts_set(bool sending)
{
    uart.sending = sending;
    io_out8(INTERRUPTS, sending ? INTERRUPT_RECEIVED | INTERRUPT_CAN_SEND
                                : INTERRUPT_RECEIVED);
}

static void send_some(void)
{
    for (int i = 0; i < FIFO_SIZE; i++) {
        int c = uart.client->next();

        if (c < 0) {
            interrupts_set(false);
            return;
        }
        io_out8(DATA, (uint8_t)c);
    }
}

static void uart_interrupt(void)
{
    uint8_t status;

    while ((status = io_in8(STATUS)) & STATUS_RECEIVED)
        uart.client->receive((char)io_in8(DATA));
    if (uart.sending && (status & STATUS_CAN_SEND))
        send_some();
    /* The line is an edge: what came since its register was read above would
     * find it high already, and never be told. */
    io_out8(INTERRUPTS, 0);
    interrupts_set(uart.sending);
}

void console_listen(const struct console_client *client)
{
    uart.client = client;
    irqchip_connect(COM1_LINE, uart_interrupt);
    interrupts_set(true); /* what was typed before would never interrupt */
    uart_interrupt();
}

void console_wake(void)
{
    if (!uart.sending)
        interrupts_set(true);
}
