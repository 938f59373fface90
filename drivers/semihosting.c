/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Arm's semihosting: one instruction, which is undefined everywhere else.
 */
#include "drivers/semihosting.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/trap_entry.h"
#include "arch/arch.h"

#define SYS_EXIT 0x18
#define EXIT_BY_APPLICATION 0x20026
#define EXIT_FAILED 35 /* as on a PC, where QEMU makes it of 0x11 */

void semihosting_fail(void)
{
    static const uint64_t words[] = {EXIT_BY_APPLICATION, EXIT_FAILED};
    register uint64_t operation __asm__("x0") = SYS_EXIT;
    register const uint64_t *argument __asm__("x1") = words;

    vbar_write((uintptr_t)entry_halt_vectors);
    __asm__ volatile("msr daifset, #15; hlt #0xf000"
                     : "+r"(operation)
                     : "r"(argument)
                     : "memory");
    arch_halt();
}
