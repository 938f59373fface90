/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a program on a PC could try: every port in every width and direction,
 * the model-specific registers, and the instructions that are for a kernel.
 */
#include "tests/fuzz/isolation/isolation.h"

long raw_call(unsigned long number, const unsigned long arg[6])
{
    register unsigned long r10 __asm__("r10") = arg[3];
    register unsigned long r8 __asm__("r8") = arg[4];
    register unsigned long r9 __asm__("r9") = arg[5];
    long result = (long)number;

    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(arg[0]), "S"(arg[1]), "d"(arg[2]), "r"(r10),
                       "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* An address whose upper bits are not all the same is none. */
bool address_is_told(unsigned long at)
{
    return (unsigned long)((long)(at << 16) >> 16) == at;
}

static struct ending privileged(unsigned long index)
{
    (void)index;
    return (struct ending){.words = {PRIVILEGED}};
}

/* ---- Ports --------------------------------------------------------------- */

#define PORT_WAYS 6
#define PORTS 65536ul

static void port_try(unsigned long index)
{
    unsigned short port = (unsigned short)(index / PORT_WAYS);
    unsigned value = 0;

    switch (index % PORT_WAYS) {
    case 0:
        __asm__ volatile("inb %1, %b0" : "=a"(value) : "d"(port));
        break;
    case 1:
        __asm__ volatile("inw %1, %w0" : "=a"(value) : "d"(port));
        break;
    case 2:
        __asm__ volatile("inl %1, %0" : "=a"(value) : "d"(port));
        break;
    case 3:
        __asm__ volatile("outb %b0, %1" : : "a"(value), "d"(port));
        break;
    case 4:
        __asm__ volatile("outw %w0, %1" : : "a"(value), "d"(port));
        break;
    case 5:
        __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port));
        break;
    }
}

/* ---- Model-specific registers -------------------------------------------- */

/* Of each of three ranges: old ones, AMD's, a hypervisor's. */
#define MSRS 0x2000ul

static void msr_try(unsigned long index)
{
    static const unsigned starts[] = {0, 0xc0000000, 0x40000000};
    unsigned long way = index / 2;
    unsigned number = starts[way / MSRS] + (unsigned)(way % MSRS);

    if (index % 2 == 0)
        __asm__ volatile("rdmsr" : : "c"(number) : "rax", "rdx");
    else
        __asm__ volatile("wrmsr" : : "c"(number), "a"(0), "d"(0));
}

/* ---- Instructions -------------------------------------------------------- */

/* Each in a place of its own, of 32 bytes, and a return; rdi and rsi lead to
 * memory of the actor's. */
#define PLACE_SIZE 32
#define PLACE(text) ".balign 32\n" text "\nret\n"
#define EACH(first, count, text)                                               \
    ".set i, " #first "\n.rept " #count "\n.balign 32\n" text                  \
    "\nret\n.set i, i + 1\n.endr\n"

__asm__(".text\n.balign 32\n.globl instructions, instructions_end\n"
        "instructions:\n"
        /* Control and debug registers, all sixteen of each, both ways. */
        EACH(0, 16, ".byte 0x40 + i / 8 * 4, 0x0f, 0x20, 0xc0 + i % 8 * 8")
        EACH(0, 16, ".byte 0x40 + i / 8 * 4, 0x0f, 0x22, 0xc0 + i % 8 * 8")
        EACH(0, 16, ".byte 0x40 + i / 8 * 4, 0x0f, 0x21, 0xc0 + i % 8 * 8")
        EACH(0, 16, ".byte 0x40 + i / 8 * 4, 0x0f, 0x23, 0xc0 + i % 8 * 8")
        /* Interrupts, but for those that are a program's to make. */
        EACH(0, 3, ".byte 0xcd, i")
        EACH(4, 252, ".byte 0xcd, i")
        /* The processor's state, and its tables: UMIP hides these, too. */
        PLACE("hlt") PLACE("cli") PLACE("sti") PLACE("clts")
        PLACE("lmsw %ax") PLACE("smsw %ax") PLACE("smsw (%rdi)")
        PLACE("sgdt (%rdi)") PLACE("sidt (%rdi)") PLACE("sldt %ax")
        PLACE("str %ax") PLACE("sldt (%rdi)") PLACE("str (%rdi)")
        PLACE("lgdt (%rdi)") PLACE("lidt (%rdi)") PLACE("lldt %ax")
        PLACE("ltr %ax") PLACE("swapgs") PLACE("xsetbv")
        PLACE("invd") PLACE("wbinvd") PLACE("invlpg (%rdi)")
        PLACE("invpcid (%rdi), %rax") PLACE("clac") PLACE("stac")
        PLACE("monitor") PLACE("mwait") PLACE("rsm") PLACE("rdpmc")
        PLACE("mov $0x40000000, %ecx\nrdpmc")
        /* Ways into the kernel, and back from it. */
        PLACE("sysenter") PLACE("sysexitl") PLACE("sysretq") PLACE("sysretl")
        PLACE("push $0x10\npush $0\npush $2\npush $8\npush $0\niretq")
        PLACE("push $8\npush $0\nlretq")
        PLACE("push $0x10\npush $0\nlretq")
        PLACE(".byte 0xff, 0x2f") PLACE(".byte 0xff, 0x1f")
        PLACE("mov $8, %eax\nmov %ax, %ds") PLACE("mov $16, %eax\nmov %ax, %ss")
        PLACE("mov $16, %eax\nmov %ax, %es") PLACE("mov $8, %eax\nmov %ax, %fs")
        PLACE("mov $0x28, %eax\nmov %ax, %gs")
        PLACE("vmcall") PLACE("vmmcall") PLACE("vmrun") PLACE("vmload")
        PLACE("vmsave") PLACE("clgi") PLACE("stgi") PLACE("skinit")
        PLACE("invlpga") PLACE("getsec") PLACE("vmxoff")
        /* Ports by the string, and by a number in the instruction. */
        PLACE("insb") PLACE("insw") PLACE("insl") PLACE("outsb")
        PLACE("outsw") PLACE("outsl")
        EACH(0, 256, ".byte 0xe4, i") EACH(0, 256, ".byte 0xe5, i")
        EACH(0, 256, ".byte 0xe6, i") EACH(0, 256, ".byte 0xe7, i")
        ".balign 32\ninstructions_end:\n");
extern const char instructions[], instructions_end[];

#define INSTRUCTIONS 1404ul

/* A far return to the kernel is refused, but QEMU 7.2 reads what it pops as
 * the kernel would, and is refused that already: SMAP. */
static struct ending instruction_expect(unsigned long index)
{
    (void)index;
    return (struct ending){.words = {PRIVILEGED, ILLEGAL,
                                     "page fault reading 0x7fe"}};
}

static void instruction_try(unsigned long index)
{
    static unsigned long memory[8];
    const char *at = instructions + index * PLACE_SIZE;

    if (instructions_end - instructions != INSTRUCTIONS * PLACE_SIZE)
        failed("the number of instructions", (unsigned long)(instructions_end -
                                                 instructions) / PLACE_SIZE);
    __asm__ volatile("call *%0"
                     :
                     : "r"(at), "D"(memory), "S"(memory), "a"(0), "c"(0),
                       "d"(0)
                     : "memory", "cc");
}

const struct kind processor_kinds[] = {
    {"port", privileged, port_try, PORTS * PORT_WAYS},
    {"msr", privileged, msr_try, 3 * MSRS * 2},
    {"instruction", instruction_expect, instruction_try, INSTRUCTIONS},
    {0},
};
