/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The smallest program: one of a crowd.
 */
#include <chorus.h>

int main(void)
{
    (void)threadDelay(K_NOTIMEOUT);
    return 0;
}
