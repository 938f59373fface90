/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the kernel says: to the console, and to a ring that dmesg shows and
 * whose tail becomes part of the last words.
 */
#ifndef KERNEL_KLOG_H
#define KERNEL_KLOG_H

#include <stdbool.h>
#include <stddef.h>

/* Says one piece of text; lines end in \n.  Any context. */
void klog(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what print() will make of a payload: soon, through klog(), and not in
 * the caller's time.  Returns room for the payload, so many bytes; whoever has
 * filled it closes it, and says nothing else before.  What it points to must be
 * there for good. */
typedef void klog_printer(const void *payload);
void *klog_open(klog_printer *print, size_t size);
void klog_close(void);

/* Sends bytes of an actor to the console; they are not logged. */
void klog_console(const char *bytes, size_t size);

/* Bytes that can be said without waiting for the line. */
size_t klog_room(void);

/* There is nothing better to do: the line may begin with what waits. */
void klog_tell(void);

/* From now on text waits in a ring until the line fetches it.  Quiet: what the
 * kernel says goes to its log only, until klog_flush(). */
void klog_stream(bool quiet);

/* The next byte for the line, -1: none; called from its interrupt. */
int klog_next(void);

/* Sends what waits, and from now on all text at once: the kernel is about to
 * end, or to be ended. */
void klog_flush(void);

/* Copies what the log still holds, from byte offset of it on.  Returns the
 * bytes copied, 0 at its end. */
size_t klog_read(size_t offset, char *to, size_t size);

/* Copies the last size bytes at most, from a line's beginning. */
size_t klog_tail(char *to, size_t size);

#endif
