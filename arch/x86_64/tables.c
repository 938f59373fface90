/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Segments, task state, interrupt vectors: what the processor insists on.
 */
#include "arch/x86_64/tables.h"

#include "arch/arch.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/trap_entry.h"
#include "arch_trap.h"

/* A stack of its own for what may come while the kernel's is unusable. */
#define SPARE_STACK_SIZE 4096
enum spare_stack { SPARE_DOUBLE_FAULT, SPARE_NMI, SPARE_MACHINE, SPARE_COUNT };

struct gate {
    uint16_t low, selector;
    uint8_t ist, type;
    uint16_t middle;
    uint32_t high, reserved;
};

#define GATE_COUNT 256
#define GATE_INTERRUPT 0x8e      /* interrupts off */
#define GATE_INTERRUPT_USER 0xee /* int3 is for everyone */
#define VECTOR_BREAKPOINT 3

struct pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

#define MSR_SYSENTER_SELECTOR 0x174
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_FMASK 0xc0000084
/* From this sysret counts: the next selector is the stack's, then comes the
 * code's. */
#define STAR_USER (USER_DATA - 8)
_Static_assert(USER_CODE == USER_DATA + 8, "sysret loads neighbours");
/* Flags that syscall clears: TF IF DF IOPL NT RF AC. */
#define SYSCALL_FLAGS_CLEARED 0x57700

struct task_state cpu_tss;

static struct {
    struct gate gates[GATE_COUNT];
} idt;

static uint64_t gdt[SPARE_CODE / 8 + 1];

static char spare_stacks[SPARE_COUNT][SPARE_STACK_SIZE]
    __attribute__((aligned(16)));

static void task_state_load(void)
{
    uint64_t base = (uintptr_t)&cpu_tss, limit = sizeof(cpu_tss) - 1;

    for (unsigned i = 0; i < SPARE_COUNT; i++)
        cpu_tss.ist[i] = (uintptr_t)(spare_stacks[i] + SPARE_STACK_SIZE);
    cpu_tss.io_map = sizeof(cpu_tss); /* no port is the actors' */
    gdt[TASK_STATE / 8] = limit | (base & 0xffffff) << 16 | 0x89ull << 40 |
                          (base >> 24 & 0xff) << 56;
    gdt[TASK_STATE / 8 + 1] = base >> 32;
    __asm__ volatile("ltr %w0" : : "r"(TASK_STATE));
}

static void gdt_load(void)
{
    struct pointer pointer = {sizeof(gdt) - 1, (uintptr_t)gdt};

    gdt[KERNEL_CODE / 8] = gdt[SPARE_CODE / 8] = 0x00af9b000000ffff;
    gdt[KERNEL_DATA / 8] = 0x00cf93000000ffff;
    gdt[USER_DATA / 8] = 0x00cff3000000ffff;
    gdt[USER_CODE / 8] = 0x00affb000000ffff;
    __asm__ volatile("lgdt %0\n\t"
                     "push %1\n\t"
                     "lea 1f(%%rip), %%rax\n\t"
                     "push %%rax\n\t"
                     "lretq\n"
                     "1:\tmov %2, %%ss\n\t"
                     "mov %3, %%ds\n\t"
                     "mov %3, %%es\n\t"
                     "mov %3, %%fs\n\t"
                     "mov %3, %%gs"
                     :
                     : "m"(pointer), "i"(KERNEL_CODE), "r"(KERNEL_DATA),
                       "r"(0)
                     : "rax", "memory");
}

/* Exceptions have a segment of their own: when the other one is damaged the
 * next interrupt becomes one of them, which can be told.  Were there but one,
 * the third fault in a row would reset the machine. */
static uint16_t segment_of(unsigned vector)
{
    return vector < VECTOR_LINES ? SPARE_CODE : KERNEL_CODE;
}

/* A device may still send what a loader has told it to. */
static void gate_set(unsigned vector, uint8_t ist, uint8_t type)
{
    unsigned stub = vector < VECTOR_COUNT ? vector : VECTOR_STRAY;
    uint64_t entry = (uintptr_t)entry_vectors + stub * 16;

    idt.gates[vector] = (struct gate){
        .low = (uint16_t)entry,
        .selector = segment_of(vector),
        .ist = ist,
        .type = type,
        .middle = (uint16_t)(entry >> 16),
        .high = (uint32_t)(entry >> 32),
    };
}

static void idt_load(void)
{
    struct pointer pointer = {sizeof(idt.gates) - 1, (uintptr_t)idt.gates};

    for (unsigned vector = 0; vector < GATE_COUNT; vector++)
        gate_set(vector, 0, GATE_INTERRUPT);
    gate_set(VECTOR_BREAKPOINT, 0, GATE_INTERRUPT_USER);
    gate_set(VECTOR_DOUBLE_FAULT, SPARE_DOUBLE_FAULT + 1, GATE_INTERRUPT);
    gate_set(VECTOR_NMI, SPARE_NMI + 1, GATE_INTERRUPT);
    gate_set(VECTOR_MACHINE_CHECK, SPARE_MACHINE + 1, GATE_INTERRUPT);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

void tables_load(void)
{
    gdt_load();
    task_state_load();
    idt_load();
    /* Two other ways into the kernel that a loader may have left open. */
    __asm__ volatile("lldt %w0" : : "r"(0));
    msr_write(MSR_SYSENTER_SELECTOR, 0);
    msr_write(MSR_STAR,
              (uint64_t)STAR_USER << 48 | (uint64_t)KERNEL_CODE << 32);
    msr_write(MSR_LSTAR, (uintptr_t)entry_syscall);
    msr_write(MSR_FMASK, SYSCALL_FLAGS_CLEARED);
}
