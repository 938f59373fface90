/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Telling an emulator or a debugger how the run ended.
 */
#ifndef DRIVERS_SEMIHOSTING_H
#define DRIVERS_SEMIHOSTING_H

/* Ends the run with a failure; where nobody listens, stops for ever. */
_Noreturn void semihosting_fail(void);

#endif
