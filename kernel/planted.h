/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults planted on purpose, so that tests can show that each protection of
 * the kernel holds, and that a kernel that fails comes back.
 */
#ifndef KERNEL_PLANTED_H
#define KERNEL_PLANTED_H

/* Commits the fault that test.fault= on the command line names, at every
 * start; returns if it names none. */
void planted_fault(void);

/* Loops with interrupts off, for ever. */
_Noreturn void planted_lockup(void);

#endif
