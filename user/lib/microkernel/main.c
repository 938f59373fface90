/* SPDX-License-Identifier: BSD-2-Clause
 *
 * main() for programs that consist of tasks; a program's own comes first.
 */
#include <microkernel/task.h>

int main(void)
{
    microkernel_run();
    return 0;
}
