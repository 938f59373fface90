/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults planted on purpose.  Each must end in a panic that says what it was;
 * one that goes unnoticed says so, and stops the machine with a failure.  A
 * lockup ends when the watchdog does something about it.
 */
#include "kernel/planted.h"

#include "arch/arch.h"
#include "boot/image.h"
#include "drivers/power.h"
#include "kernel/actor.h"
#include "kernel/cmdline.h"
#include "kernel/klog.h"
#include "kernel/main.h"
#include "kernel/start.h"
#include "kernel/version.h"
#include "mm/bank.h"
#include "mm/kspace.h"

static void write_byte(const volatile void *place)
{
    *(volatile char *)(uintptr_t)place = 0;
}

static void read_byte(uint64_t address)
{
    (void)*(const volatile char *)(uintptr_t)address;
}

static void jump(uint64_t address)
{
    ((void (*)(void))(uintptr_t)address)();
}

static void plant_panic(void)
{
    panic("asked for by test.fault=panic");
}

/* Calls nobody, and has no frame. */
static __attribute__((noinline)) int leaf(const volatile int *place)
{
    int one = *place;

    ASSERT(one == 2);
    return one;
}

static void plant_assert(void)
{
    const volatile int one = 1;

    klog("test: %d is 2\n", leaf(&one));
}

/* Uses up the stack; the volatile array keeps it from becoming a loop. */
__attribute__((noinline)) static unsigned dig(unsigned depth)
{
    volatile unsigned hole[64];

    hole[0] = depth;
    if (depth < UINT32_MAX)
        hole[1] = dig(depth + 1);
    return hole[0] + hole[1];
}

static void plant_stack(void)
{
    dig(0);
}

static void plant_null(void)
{
    read_byte(0);
}

static void plant_text(void)
{
    write_byte((const volatile void *)(uintptr_t)kmain);
}

static void plant_constants(void)
{
    write_byte(version_text);
}

static void plant_data(void)
{
    static unsigned char code[16];

    jump((uintptr_t)code);
}

static void plant_physmap(void)
{
    jump((uintptr_t)kspace_pointer(boot_info.ranges[0].start) + PAGE_SIZE);
}

static void plant_archive(void)
{
    write_byte(kspace_pointer(boot_info.archive));
}

static void plant_bank(void)
{
    write_byte((const volatile void *)(uintptr_t)KSPACE_BANK);
}

/* Where they are written, between two changes. */
static void plant_gate(void)
{
    bank_note_stable();
    write_byte((const volatile void *)(uintptr_t)(KSPACE_BANK_OPEN));
}

/* Where a block was zeroed or read last. */
static void plant_window(void)
{
    volatile char *page = kspace_window_open(start_hole(HOLE_BANK)->start);

    (void)*page;
    kspace_window_close();
    read_byte(KSPACE_WINDOW);
}

static void plant_block(void)
{
    const struct frame_hole *bank = start_hole(HOLE_BANK);

    read_byte((uintptr_t)kspace_pointer(bank->start) + bank->size - 1);
}

static void plant_user_read(void)
{
    aspace_activate(&actor_next(NULL)->space);
    read_byte(ASPACE_STACK_TOP - 1);
}

static void plant_user_jump(void)
{
    aspace_activate(&actor_next(NULL)->space);
    jump(actor_next(NULL)->image->entry);
}

/* Where RAM ends, and nobody answers: a bus that minds tells the processor. */
static void plant_bus(void)
{
    const struct boot_range *last =
        &boot_info.ranges[boot_info.range_count - 1];
    volatile char *nothing =
        kspace_map_device(paddr(last->start.raw + last->size), PAGE_SIZE);

    (void)*nothing;
}

static void plant_wreck(void)
{
    arch_wreck();
}

static void plant_stray(void)
{
    arch_stray();
}

void planted_lockup(void)
{
    klog_flush();
    for (volatile unsigned turns = 0;; turns++) {
    }
}

static const struct plant {
    const char *name;
    void (*commit)(void);
} plants[] = {
    {"panic", plant_panic},
    {"assert", plant_assert},
    {"stack", plant_stack},         /* guard page, stack of its own */
    {"null", plant_null},           /* no page at 0 */
    {"text", plant_text},           /* text is not writable */
    {"constants", plant_constants}, /* nor are constants */
    {"data", plant_data},           /* data are not executable */
    {"physmap", plant_physmap},     /* nor is the rest of RAM */
    {"archive", plant_archive},     /* the archive is sealed */
    {"bank", plant_bank},           /* metadata are shut */
    {"block", plant_block},         /* blocks are not mapped */
    {"gate", plant_gate},           /* metadata are shut again after a change */
    {"window", plant_window},       /* so is the view of a block */
    {"user-read", plant_user_read}, /* SMAP, PAN */
    {"user-jump", plant_user_jump}, /* SMEP, PXN */
    {"lockup", planted_lockup},     /* the watchdog, where there is one */
    {"wreck", plant_wreck},         /* no exception can be told */
    {"stray", plant_stray},         /* the stack pointer has gone astray */
    {"bus", plant_bus},             /* an error of the hardware is told */
};

#define PLANTS (sizeof(plants) / sizeof(plants[0]))

bool planted_commit(unsigned number)
{
    if (number >= PLANTS)
        return false;
    plants[number].commit();
    return true;
}

static _Noreturn void plant(const struct plant *plant)
{
    klog("test: planting the fault \"%s\"\n", plant->name);
    plant->commit();
    klog_flush();
    klog("test: the fault \"%s\" went unnoticed\n", plant->name);
    power_fail();
}

void planted_fault(void)
{
    if (!cmdline_has("test.fault"))
        return;
    for (unsigned i = 0; i < PLANTS; i++) {
        if (cmdline_is("test.fault", plants[i].name))
            plant(&plants[i]);
    }
    klog("command line: test.fault= names no fault that is known\n");
}
