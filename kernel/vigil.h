/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The watch over those who watch: the kernel asks the supervisor for a sign of
 * life, and as long as it gets one, feeds the machine's watchdog.
 */
#ifndef KERNEL_VIGIL_H
#define KERNEL_VIGIL_H

/* Finds the watchdog, says so, starts it if "site.watchdog" asks for it, and
 * begins to look.  Stops the machine if resets by the watchdog have not
 * helped.  Once a start. */
void vigil_init(void);

/* The watchdog waits anew; any context. */
void vigil_feed(void);

/* Nobody watches any more: for who stops on purpose. */
void vigil_stop(void);

#endif
