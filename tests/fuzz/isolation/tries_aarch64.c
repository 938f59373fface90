/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a program on AArch64 could try: every encoding of the system
 * instructions, which are all registers, caches, translation tables, hints and
 * flags; and every way to raise an exception.
 */
#include "tests/fuzz/isolation/isolation.h"

long raw_call(unsigned long number, const unsigned long arg[6])
{
    register unsigned long x0 __asm__("x0") = arg[0];
    register unsigned long x1 __asm__("x1") = arg[1];
    register unsigned long x2 __asm__("x2") = arg[2];
    register unsigned long x3 __asm__("x3") = arg[3];
    register unsigned long x4 __asm__("x4") = arg[4];
    register unsigned long x5 __asm__("x5") = arg[5];
    register unsigned long x8 __asm__("x8") = number;

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
                     : "memory");
    return (long)x0;
}

bool address_is_told(unsigned long at)
{
    (void)at;
    return true;
}

/* The matrix unit (SME) is off, and says so by an exception of its own. */
static struct ending refused(unsigned long index)
{
    (void)index;
    return (struct ending){.words = {ILLEGAL, PRIVILEGED, "exception 29"}};
}

/* ---- System instructions ------------------------------------------------- */

/* One for each encoding of L, op0, op1, CRn, CRm and op2, and a return: with
 * x0, and those that have no register with 31 in its place. */
#define SYSTEM 131072ul
#define WITHOUT 16384ul /* op0 is 0 */

__asm__(".text; .balign 8; .globl every_system, every_without\n"
        "every_system: .set i, 0; .rept 131072\n"
        ".inst 0xd5000000 | (i << 5); ret; .set i, i + 1; .endr\n"
        "every_without: .set i, 0; .rept 16384\n"
        ".inst 0xd500001f | (i << 5); ret; .set i, i + 1; .endr\n");
extern const char every_system[], every_without[];

static void run(const char *at, unsigned long x0)
{
    ((unsigned long (*)(unsigned long))(unsigned long)at)(x0);
}

/* What op0 == 1 tells of is at an address. */
static void system_try(unsigned long index)
{
    static unsigned long memory[1024] __attribute__((aligned(4096)));
    unsigned long op0 = index >> 14 & 3;

    if (index < SYSTEM)
        run(every_system + index * 8, op0 == 1 ? (unsigned long)memory : 0);
    else
        run(every_without + (index - SYSTEM) * 8, 0);
}

/* ---- Exceptions ---------------------------------------------------------- */

/* The monitor's, the hypervisor's, the debugger's (0xf000 is a host's, where
 * one listens), returns from none. */
#define RAISE(base)                                                            \
    ".irp n, 0, 1, 2, 0x18, 0x7fff, 0x8000, 0xf000, 0xffff\n"                  \
    ".inst " #base " | (\\n << 5); ret\n.endr\n"

__asm__(".text; .balign 8; .globl instructions\n"
        "instructions:\n"
        RAISE(0xd4000002) /* hvc */
        RAISE(0xd4000003) /* smc */
        RAISE(0xd4400000) /* hlt */
        RAISE(0xd4a00001) /* dcps1 */
        RAISE(0xd4a00002) /* dcps2 */
        RAISE(0xd4a00003) /* dcps3 */
        RAISE(0x00000000) /* udf: its number is elsewhere, others are none */
        ".inst 0xd69f03e0; ret\n"  /* eret */
        ".inst 0xd69f0bff; ret\n"  /* eretaa */
        ".inst 0xd69f0fff; ret\n"  /* eretab */
        ".inst 0xd6bf03e0; ret\n"  /* drps */
        ".inst 0xd9600000; ret\n"  /* ldgm: tags of memory */
        ".inst 0xd9a00000; ret\n"  /* stgm */
        ".inst 0xd9200000; ret\n"  /* stzgm */);
extern const char instructions[];

#define INSTRUCTIONS (7 * 8 + 7ul)

static void instruction_try(unsigned long index)
{
    run(instructions + index * 8, 0x18); /* what would end a host's QEMU */
}

const struct kind processor_kinds[] = {
    {"system", refused, system_try, SYSTEM + WITHOUT},
    {"instruction", refused, instruction_try, INSTRUCTIONS},
    {0},
};
