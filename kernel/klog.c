/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel log.
 */
#include "kernel/klog.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "drivers/console.h"
#include "kernel/config.h"
#include "kernel/format.h"

#define LINE_MAX 256

static struct {
    char ring[KLOG_SIZE_BYTES];
    uint64_t written; /* bytes ever; the ring holds the last of them */
} log;

/* On its way to the line. */
static struct {
    char ring[CONSOLE_OUTPUT_BYTES];
    uint64_t put, sent; /* bytes ever */
    bool streaming;     /* the line fetches; else bytes go out at once */
} out;

static bool out_empty(void)
{
    return out.put == out.sent;
}

int klog_next(void)
{
    if (out_empty())
        return -1;
    return (unsigned char)out.ring[out.sent++ % CONSOLE_OUTPUT_BYTES];
}

static void send_oldest(void)
{
    console_put((char)klog_next());
}

void klog_flush(void)
{
    while (!out_empty())
        send_oldest();
    out.streaming = false;
}

void klog_stream(void)
{
    out.streaming = true;
}

static void put_byte(char c)
{
    if (!out.streaming) {
        console_put(c);
        return;
    }
    if (out.put - out.sent == CONSOLE_OUTPUT_BYTES)
        send_oldest(); /* who says more than the line carries waits for it */
    out.ring[out.put++ % CONSOLE_OUTPUT_BYTES] = c;
}

/* Serial terminals want both. */
static void put(char c)
{
    if (c == '\n')
        put_byte('\r');
    put_byte(c);
}

static void put_end(void)
{
    if (out.streaming)
        console_wake();
}

void klog(const char *format, ...)
{
    char text[LINE_MAX];
    va_list args;

    va_start(args, format);
    size_t size = format_args(text, sizeof(text), format, args);
    va_end(args);
    for (size_t i = 0; i < size; i++) {
        log.ring[log.written++ % KLOG_SIZE_BYTES] = text[i];
        put(text[i]);
    }
    put_end();
}

void klog_console(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put(bytes[i]);
    put_end();
}

static uint64_t oldest(void)
{
    return log.written > KLOG_SIZE_BYTES ? log.written - KLOG_SIZE_BYTES : 0;
}

static size_t copy_from(uint64_t at, char *to, size_t size)
{
    size_t count = 0;

    while (count < size && at < log.written)
        to[count++] = log.ring[at++ % KLOG_SIZE_BYTES];
    return count;
}

size_t klog_read(size_t offset, char *to, size_t size)
{
    return copy_from(oldest() + offset, to, size);
}

size_t klog_tail(char *to, size_t size)
{
    uint64_t at = log.written > size ? log.written - size : 0;

    if (at < oldest())
        at = oldest();
    while (at > 0 && at < log.written &&
           log.ring[(at - 1) % KLOG_SIZE_BYTES] != '\n')
        at++;
    return copy_from(at, to, size);
}
