/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where boot/<arch>/start.S goes when boot_info is filled.
 */
#ifndef KERNEL_MAIN_H
#define KERNEL_MAIN_H

/* Starts the system; never returns. */
_Noreturn void kmain(void);

#endif
