/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The 5.0 books have sysReboot() here, the 4.0 books in restart/chRestart.h.
 */
#ifndef EXEC_CHPANIC_H
#define EXEC_CHPANIC_H

#include <restart/chRestart.h>

#endif
