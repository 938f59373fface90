/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel log, and what is on its way to the serial line.
 */
#include "kernel/klog.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "drivers/console.h"
#include "kernel/config.h"
#include "kernel/format.h"
#include "kernel/string.h"

#define LINE_MAX 256

/* What the kernel said; the ring holds the last of it. */
static struct {
    char ring[KLOG_SIZE_BYTES];
    uint64_t put; /* bytes ever */
} log;

/* What is on its way to the line. */
static struct {
    char ring[CONSOLE_OUTPUT_BYTES];
    uint64_t put, sent; /* bytes ever */
    bool returned;      /* the \r before the next \n has been sent */
    bool streaming;     /* the line fetches; else bytes go out at once */
} out;

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies text to place at of a ring, in two pieces where it wraps. */
static void ring_write(char *ring, size_t ring_size, uint64_t at,
                       const char *text, size_t size)
{
    size_t offset = at % ring_size;
    size_t first = min(size, ring_size - offset);

    memcpy(ring + offset, text, first);
    memcpy(ring, text + first, size - first);
}

/* Serial terminals want \r\n for \n. */
int klog_next(void)
{
    char c = out.ring[out.sent % CONSOLE_OUTPUT_BYTES];

    if (out.sent == out.put)
        return -1;
    if (c == '\n' && !out.returned) {
        out.returned = true;
        return '\r';
    }
    out.returned = false;
    out.sent++;
    return (unsigned char)c;
}

void klog_flush(void)
{
    int c;

    while ((c = klog_next()) >= 0)
        console_put((char)c);
    out.streaming = false;
}

void klog_stream(void)
{
    out.streaming = true;
}

size_t klog_room(void)
{
    return CONSOLE_OUTPUT_BYTES - (size_t)(out.put - out.sent);
}

/* Who says more than the ring holds waits for the line. */
static void make_room(size_t size)
{
    while (klog_room() < size)
        console_put((char)klog_next());
}

void klog_console(const char *text, size_t size)
{
    while (size > 0) {
        size_t part = min(size, CONSOLE_OUTPUT_BYTES);

        make_room(part);
        ring_write(out.ring, CONSOLE_OUTPUT_BYTES, out.put, text, part);
        out.put += part;
        text += part;
        size -= part;
    }
    if (out.streaming)
        console_wake();
    else
        klog_flush();
}

void klog(const char *format, ...)
{
    char text[LINE_MAX];
    va_list args;

    va_start(args, format);
    size_t size = format_args(text, sizeof(text), format, args);
    va_end(args);
    ring_write(log.ring, KLOG_SIZE_BYTES, log.put, text, size);
    log.put += size;
    klog_console(text, size);
}

static uint64_t oldest(void)
{
    return log.put > KLOG_SIZE_BYTES ? log.put - KLOG_SIZE_BYTES : 0;
}

static size_t copy_from(uint64_t at, char *to, size_t size)
{
    size_t count = 0;

    while (count < size && at < log.put)
        to[count++] = log.ring[at++ % KLOG_SIZE_BYTES];
    return count;
}

size_t klog_read(size_t offset, char *to, size_t size)
{
    return copy_from(oldest() + offset, to, size);
}

size_t klog_tail(char *to, size_t size)
{
    uint64_t at = log.put > size ? log.put - size : 0;

    if (at < oldest())
        at = oldest();
    while (at > 0 && at < log.put &&
           log.ring[(at - 1) % KLOG_SIZE_BYTES] != '\n')
        at++;
    return copy_from(at, to, size);
}
