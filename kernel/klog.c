/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel log.
 */
#include "kernel/klog.h"

#include <stdarg.h>
#include <stdint.h>

#include "drivers/console.h"
#include "kernel/config.h"
#include "kernel/format.h"

#define LINE_MAX 256

static struct {
    char ring[KLOG_SIZE_BYTES];
    uint64_t written; /* bytes ever; the ring holds the last of them */
} log;

/* Serial terminals want both. */
static void put(char c)
{
    if (c == '\n')
        console_put('\r');
    console_put(c);
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
}

void klog_console(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put(bytes[i]);
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
