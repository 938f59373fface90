/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How many actors, threads and regions there may be: what the command line
 * says, or else what suits the RAM that there is.  Who may have how many of
 * them is kernel/limits.h.
 */
#ifndef KERNEL_TOTALS_H
#define KERNEL_TOTALS_H

struct totals {
    unsigned actors, threads, regions;
    unsigned promises; /* ends that are kept for who may ask */
};

/* Decides it.  Once a start; no RAM but the kernel's own is taken yet. */
void totals_init(void);

const struct totals *totals(void);

#endif
