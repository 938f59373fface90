/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The end of a kernel's life: says why, writes the last words into the bank,
 * and restarts the site as far as the loop breaker allows.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

/* Never returns.  Any context, at any time; a panic inside a panic resets the
 * machine.  format takes %s %c %d %u %x %lx %lu %p, as klog(). */
_Noreturn void panic(const char *format, ...)
    __attribute__((cold, format(printf, 1, 2)));

#endif
