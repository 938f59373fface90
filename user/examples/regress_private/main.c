/* SPDX-License-Identifier: BSD-2-Clause
 *
 * As regress, with private objects: this file defines them.
 */
#include <zephyr.h>

void regression(void);
void helper(void);

DEFINE_TASK(REGRESSTASK, 5, regression, 2048, EXE);
DEFINE_TASK(HELPERTASK, 7, helper, 2048, EXE);
DEFINE_SEMAPHORE(HELPER_DONE);
DEFINE_SEMAPHORE(REGRESS_DONE);
DEFINE_MEM_MAP(BLOCKS, 2, 1024)

#include "../regress/regress.h"
