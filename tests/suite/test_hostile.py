# SPDX-License-Identifier: BSD-2-Clause
"""Programs that mean harm: they may harm themselves, and nobody else."""

import re
import subprocess

import pytest

import lines
from machine import ARCH

# Each piece is one instruction that an actor has no right to, or one that
# returns to the kernel in a state that it must not trust.
X86_64 = r"""
#include <chorus.h>
#include <stdio.h>
#include <string.h>

#define FLAG_TRAP 0x100
#define FLAG_DIRECTION 0x400
#define FLAG_NESTED 0x4000
#define FLAG_ALIGN 0x40000

static char sink[64];

/* Asks for the thread's id with more flags set than is decent. */
static long call_with(unsigned long more)
{
    long result = 33; /* threadSelf */

    __asm__ volatile("pushfq; or %1, (%%rsp); popfq; syscall; pushfq\n\t"
                     "andq $~0x44400, (%%rsp); popfq"
                     : "+a"(result) : "r"(more)
                     : "rcx", "r11", "memory", "cc");
    return result;
}

static long call_without_stack(unsigned long stack)
{
    long result = 33;

    __asm__ volatile("mov %%rsp, %%r12; mov %1, %%rsp; syscall\n\t"
                     "mov %%r12, %%rsp"
                     : "+a"(result) : "r"(stack)
                     : "rcx", "r11", "r12", "memory", "cc");
    return result;
}

static long call_after_ss(void)
{
    long result = 33;

    __asm__ volatile("mov %%ss, %%edx; mov %%edx, %%ss; syscall"
                     : "+a"(result) : : "rcx", "rdx", "r11", "memory");
    return result;
}

static void bad(const char *name)
{
#define DO(kind, text)                                                       \
    if (strcmp(name, kind) == 0)                                             \
        __asm__ volatile(text : : "r"(sink), "d"(0x3f8)                      \
                         : "rax", "rcx", "memory")
    DO("sgdt", "sgdt (%0)");
    DO("sidt", "sidt (%0)");
    DO("str", "str %%eax");
    DO("smsw", "smsw %%rax");
    DO("in", "in %%dx, %%al");
    DO("out", "out %%al, %%dx");
    DO("cli", "cli");
    DO("hlt", "hlt");
    DO("swapgs", "swapgs");
    DO("rdmsr", "rdmsr");
    DO("invd", "invd");
    DO("clts", "clts");
    DO("iret", "push $0; push $0; push $0x202; push $8; push $0; iretq");
    DO("farjump", "push $8; push $0; lretq");
    DO("cr", "mov %%cr0, %%rax");
    DO("dr", "mov %%rax, %%dr7");
    DO("int", "int $0x80");
    DO("timer", "int $0xf0");
    DO("fault", "int $14");
    DO("sysenter", "sysenter");
    DO("canonical", "mov $1, %%rax; shl $63, %%rax; jmp *%%rax");
    DO("ret", "mov $1, %%rax; shl $47, %%rax; mov %%rax, %%rsp; ret");
    DO("icebp", ".byte 0xf1");
    DO("step", "pushfq; orq $0x100, (%%rsp); popfq; nop; nop");
    DO("stepcall", "mov $33, %%eax; pushfq; orq $0x100, (%%rsp); popfq; "
                   "syscall; nop; nop");
    DO("avx", "vxorps %%ymm0, %%ymm0, %%ymm0");
    DO("x87", "fninit; push $0x0300; fldcw (%%rsp); fldz; fld1; "
              "fdivp; fwait; pop %%rax");
    DO("stack", "lea -64(%%rsp), %%rax; movb $0xc3, (%%rax); call *%%rax");
}

static void good(void)
{
    long self = threadSelf();

    printf("wild: %d\n", call_with(FLAG_NESTED) == self);
    printf("wild: %d\n", call_with(FLAG_ALIGN | FLAG_DIRECTION) == self);
    printf("wild: %d\n", call_without_stack(0) == self);
    printf("wild: %d\n", call_without_stack(1ul << 63) == self);
    printf("wild: %d\n", call_without_stack(-1ul << 47) == self);
    printf("wild: %d\n", call_after_ss() == self);
    printf("wild: all good\n");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        good();
    else
        bad(argv[1]);
    printf("wild: survived\n");
    return 0;
}
"""

AARCH64 = r"""
#include <chorus.h>
#include <stdio.h>
#include <string.h>

static char sink[64];

static void bad(const char *name)
{
#define DO(kind, text)                                                       \
    if (strcmp(name, kind) == 0)                                             \
        __asm__ volatile(text : : "r"(sink) : "x0", "x1", "x2", "memory")
    DO("mask", "msr daifset, #15");
    DO("stack-select", "msr spsel, #0");
    DO("control", "mrs x0, sctlr_el1");
    DO("table", "msr ttbr0_el1, x0");
    DO("vectors", "msr vbar_el1, x0");
    DO("return", "msr elr_el1, x0");
    DO("eret", "eret");
    DO("hvc", "hvc #0");
    DO("smc", "smc #0");
    DO("tlbi", "tlbi vmalle1");
    DO("icache", "ic iallu");
    DO("dcache", "dc ivac, %0");
    DO("translate", "at s1e1r, %0");
    DO("counters", "mrs x0, pmccntr_el0");
    DO("timer", "mov x0, #1; msr cntv_ctl_el0, x0");
    DO("physical-timer", "mov x0, #1; msr cntp_ctl_el0, x0");
    DO("semihosting", "mov w0, #0x18; mov x1, #0; hlt #0xf000");
    DO("halt", "hlt #1");
    DO("undefined", "udf #0");
    DO("break", "brk #7");
    DO("stack", "sub x0, sp, #256; br x0");
    DO("far", "mov x0, #1; lsl x0, x0, #63; br x0");
    DO("kernel", "mov x0, #-4096; ldr x1, [x0]");
    DO("odd-jump", "adr x0, .; add x0, x0, #2; br x0");
}

static long call_without_stack(void)
{
    long result;

    __asm__ volatile("mov x2, sp; mov x0, #0; mov sp, x0; mov x8, #33\n\t"
                     "svc #0; mov sp, x2; mov %0, x0" /* 33: threadSelf */
                     : "=r"(result) : : "x0", "x2", "x8", "memory");
    return result;
}

static long call_with_flags(void)
{
    long result;

    __asm__ volatile("msr nzcv, %1; mov x8, #33; svc #0x1234; mov %0, x0"
                     : "=r"(result) : "r"(15ul << 28)
                     : "x0", "x8", "memory", "cc");
    return result;
}

static void good(void)
{
    long self = threadSelf();

    printf("wild: %d\n", call_without_stack() == self);
    printf("wild: %d\n", call_with_flags() == self);
    printf("wild: all good\n");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        good();
    else
        bad(argv[1]);
    printf("wild: survived\n");
    return 0;
}
"""

PRIVILEGED = "privileged instruction or bad address"
BREAKPOINT = "breakpoint"
FLOAT = "floating-point exception"

DEADLY_X86_64 = {
    **dict.fromkeys(
        ["sgdt", "sidt", "str", "smsw", "in", "out", "cli", "hlt", "swapgs",
         "rdmsr", "invd", "clts", "cr", "dr", "int", "timer", "fault",
         "canonical", "ret"], PRIVILEGED),
    "sysenter": f"{PRIVILEGED}|{lines.ILLEGAL}",
    # QEMU reads these from the stack as if it were the kernel's already.
    **dict.fromkeys(["iret", "farjump"], f"{PRIVILEGED}|page fault reading"),
    "icebp": f"{BREAKPOINT}|{lines.ILLEGAL}",
    **dict.fromkeys(["step", "stepcall"], BREAKPOINT),
    "x87": FLOAT, # QEMU has no exceptions of SSE
    "avx": lines.ILLEGAL,
    "stack": r"page fault executing 0x[0-9a-f]+, in the stack of main",
}

DEADLY_AARCH64 = {
    **dict.fromkeys(
        ["mask", "stack-select", "control", "table", "vectors", "return",
         "eret", "hvc", "smc", "tlbi", "icache", "dcache", "translate",
         "counters", "timer", "physical-timer", "semihosting", "halt",
         "undefined"], f"{PRIVILEGED}|{lines.ILLEGAL}"),
    "break": BREAKPOINT,
    "stack": r"page fault executing 0x[0-9a-f]+, in the stack of main",
    "far": "page fault executing",
    "kernel": "page fault reading",
    "odd-jump": "unaligned access",
    # (That the stack pointer is aligned, QEMU does not check.)
}

PROGRAM, DEADLY = {"x86_64": (X86_64, DEADLY_X86_64),
                   "aarch64": (AARCH64, DEADLY_AARCH64)}[ARCH]

KINDS_THAT_END = {"console": "has said it", "rug": "pulls the rug",
                  "all": "leaves nothing", "company": "dies in company"}


@pytest.fixture(name="wild", scope="module")
def built_program(build, tmp_path_factory):
    """The program with the instructions, built against the SDK."""
    folder = tmp_path_factory.mktemp("wild")
    (folder / "wild.c").write_text(PROGRAM)
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    subprocess.run(["make", "-f", rules, "ACTOR=wild", "SRCS=wild.c"],
                   cwd=folder, check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    return folder / "wild.elf"


def test_instructions(machines, wild):
    machine = machines(extra={"wild": wild}).boot()
    for kind, words in DEADLY.items():
        machine.type(f"arun wild {kind}")
        machine.expect(lines.fault("wild", f"(?:{words})"))
    machine.gone("wild")
    assert "wild: survived" not in machine.text()


def test_calls_in_a_strange_state(machines, wild):
    machine = machines(extra={"wild": wild}).boot()
    machine.type("arun wild")
    machine.expect("wild: all good")
    machine.gone("wild")
    assert "wild: 0" not in machine.text()


def figures(machine):
    """The free memory and bank."""
    machine.command("aps")
    return machine.command("mem")


def test_grabbing(machine):
    """All descriptors of all kinds, three times: none is kept or lost."""
    before = figures(machine)
    machine.type("arun hostile")
    found = machine.expect(r"hostile: (\d+) checks passed|FAILED [^\r\n]*")
    assert found[1], machine.error(found[0])
    machine.gone("hostile")
    assert figures(machine) == before


@pytest.mark.parametrize("kind", KINDS_THAT_END)
def test_harm_to_itself(machine, kind):
    before = figures(machine)
    machine.type(f"arun hostile {kind}")
    machine.expect(f"hostile: {KINDS_THAT_END[kind]}")
    machine.gone("hostile")
    assert figures(machine) == before


def test_all_memory_taken(machine):
    """By two, since one does not get it all.  The rest goes on, a restart
    too; a trusted actor still finds some; and it is given back in the end."""
    before = figures(machine)
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    for _ in range(2):
        machine.type("arun hostile memory")
        machine.expect("hostile: has it all")
    free = re.search(r", (\d+) KiB free", machine.command("mem"))
    reserve = re.search(r"leave (\d+) KiB", machine.command("quota"))
    assert 0 < int(reserve[1]) <= int(free[1]) < int(reserve[1]) + 1024
    assert "out of memory" in machine.command("arun spin")
    machine.type("arun -t spin")
    machine.expect("spin: round and round")
    machine.command("akill spin")
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    for aid in re.findall(r"(\d+) hostile ", machine.command("aps")):
        machine.command(f"akill {aid}")
    machine.command("akill -g 1")
    machine.gone("counter")
    assert figures(machine) == before


def test_all_threads_taken(machine):
    """What lives goes on living, and falling, and rising; and what is new
    gets the one thread that it is promised."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    aids = []
    for _ in range(5):
        machine.type("arun hostile threads")
        aids.append(machine.expect(lines.STARTED)["aid"])
        machine.expect("hostile: has what threads there are")
    machine.type("arun spin")
    machine.expect("spin: round and round")
    machine.command("akill spin")
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("akill init")
    machine.expect(lines.INIT_BACK)
    machine.prompt()
    for aid in aids:
        machine.command(f"akill {aid}")
    machine.type("arun spin")
    machine.expect("spin: round and round")


def test_processor_taken(machine):
    """The shell and the supervisor come before any user actor."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("arun hostile processor")
    machine.expect("hostile: spins")
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    machine.command("akill hostile", 10)
    machine.expect("counter: restart, goes on")
