/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The steps of kmain() that decide something.
 */
#include "kernel/start.h"

#include "arch/arch.h"
#include "boot/archive.h"
#include "boot/image.h"
#include "drivers/power.h"
#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/cmdline.h"
#include "kernel/klog.h"
#include "kernel/restart.h"
#include "kernel/string.h"
#include "kernel/version.h"
#include "mm/bank.h"
#include "mm/kspace.h"

static struct {
    struct frame_hole holes[HOLE_COUNT];
} start;

static uint64_t ram_size(void)
{
    uint64_t size = 0;

    for (unsigned i = 0; i < boot_info.range_count; i++)
        size += boot_info.ranges[i].size;
    return size;
}

void start_say_hello(void)
{
    klog("\nReprise %s, %s, %s\n", version_text, ARCH_NAME, boot_info.machine);
    if (boot_info.cause == BOOT_COLD)
        klog("boot: by %s, %lu MiB of RAM\n", boot_info.loader,
             ram_size() >> 20);
    else
        klog("boot: warm restart %u in place: %s\n", boot_info.warm_count,
             boot_info.restart_reason);
    if (boot_info.image_restored)
        klog("boot: the kernel's image was damaged, and is restored\n");
    klog("boot: command line \"%s\"\n", boot_info.command_line);
}

static bool in_ram(uint64_t at, uint64_t size)
{
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *range = &boot_info.ranges[i];

        if (at >= range->start.raw && size <= range->size &&
            at - range->start.raw <= range->size - size)
            return true;
    }
    return false;
}

/* Says in words why the bank cannot be there; NULL: it can. */
static const char *bank_obstacle(uint64_t base, uint64_t size)
{
    static const char *const names[] = {
        [HOLE_IMAGE] = "it overlaps the kernel's image",
        [HOLE_ARCHIVE] = "it overlaps the archive",
        [HOLE_TABLES] = "it overlaps the loader's tables",
    };

    if (!page_aligned(base) || !page_aligned(size))
        return "pmm.base and pmm.rambankSize must be whole pages";
    if (!in_ram(base, size))
        return "it is not all RAM";
    for (unsigned i = 0; i < HOLE_BANK; i++) {
        uint64_t hole = start.holes[i].start.raw;

        if (base < hole + start.holes[i].size && hole < base + size)
            return names[i];
    }
    return NULL;
}

static void bank_hole_find(void)
{
    const struct boot_range *told = &boot_info.bank;
    uint64_t base = cmdline_number(&(struct cmdline_number){
        "pmm.base", told->size > 0 ? told->start.raw : ARCH_BANK_BASE, 0,
        UINT64_MAX / 2});
    uint64_t size = cmdline_number(&(struct cmdline_number){
        "pmm.rambankSize", told->size > 0 ? told->size : PMM_BANK_SIZE_DEFAULT,
        0, PMM_BANK_SIZE_MAX});
    const char *obstacle = bank_obstacle(base, size);

    if (size == 0) {
        klog("bank: none, as pmm.rambankSize=0 says\n");
    } else if (obstacle != NULL) {
        klog("bank: none: 0x%lx bytes at 0x%lx: %s\n", size, base, obstacle);
    } else {
        start.holes[HOLE_BANK] = (struct frame_hole){paddr(base), size};
    }
}

const struct frame_hole *start_holes(void)
{
    if (boot_info.range_count == 0) {
        klog("boot: the loader (%s) gave no map of RAM\n", boot_info.loader);
        power_fail();
    }
    start.holes[HOLE_IMAGE] = (struct frame_hole){
        arch_image_physical(image_start), (uint64_t)(ram_end - image_start)};
    start.holes[HOLE_ARCHIVE] =
        (struct frame_hole){boot_info.archive, boot_info.archive_size};
    start.holes[HOLE_TABLES] =
        (struct frame_hole){boot_info.tables.start, boot_info.tables.size};
    bank_hole_find();
    return start.holes;
}

unsigned start_sealed(void)
{
    if (!cmdline_is("pmm.protect", "0"))
        return HOLE_COUNT;
    klog("bank: open to the kernel, as pmm.protect=0 says\n");
    return HOLE_BANK;
}

const struct frame_hole *start_hole(enum hole hole)
{
    return &start.holes[hole];
}

void start_archive(void)
{
    const char *wrong = "the loader gave none";

    if (boot_info.archive_size > 0)
        wrong = archive_open(kspace_pointer(boot_info.archive),
                             boot_info.archive_size);
    if (wrong == NULL)
        return;
    klog("boot: no archive of actors: %s\n", wrong);
    power_fail();
}

static void say_last_words(void)
{
    struct bank_last_words words;

    switch (bank_last_words_read(&words)) {
    case BANK_WORDS_NEW:
        klog("last words: %s in %s at 0x%lx: %s\n", words.cause, words.actor,
             words.pc, words.line);
        bank_last_words_told();
        break;
    case BANK_WORDS_DAMAGED:
        klog("last words: damaged\n");
        break;
    default:
        klog("last words: none\n");
    }
}

static void say_bank(const struct bank_report *report)
{
    struct bank_usage usage = bank_usage();

    klog("bank: %lu KiB at 0x%lx: %s%s%s; blocks kept: %u, lost: %u; boot %u, "
         "site restart %u\n",
         start.holes[HOLE_BANK].size >> 10, start.holes[HOLE_BANK].start.raw,
         bank_start_name(report->start), report->why[0] == '\0' ? "" : ": ",
         report->why, report->kept, report->lost, usage.boots,
         usage.site_restarts);
    for (unsigned i = 0; i < report->loss_count; i++) {
        const struct bank_loss *loss = &report->losses[i];

        klog("bank: lost %s: %s\n",
             loss->name[0] != '\0' ? loss->name : "a block without a name",
             loss->why);
    }
}

/* Those blocks are there, but not as they were. */
static void say_seals(void)
{
    for (int i = bank_next(0); i >= 0; i = bank_next(i + 1)) {
        if (bank_seal_broken((unsigned)i))
            klog("bank: broken seal: %s: its contents are not those that were "
                 "sealed\n", bank_block((unsigned)i).name);
    }
}

void start_bank(void)
{
    struct bank_report report;
    struct bank_place place = {
        .base = start.holes[HOLE_BANK].start,
        .size = start.holes[HOLE_BANK].size,
        .blocks_max = PMM_BLOCKS_DEFAULT,
    };
    char protections[96];

    bank_open(&place, boot_info.cause, &report);
    if (place.size > 0)
        say_bank(&report);
    bank_limit_blocks((unsigned)cmdline_number(&(struct cmdline_number){
        "pmm.maxBlocks", PMM_BLOCKS_DEFAULT, 1,
        bank_present() ? bank_capacity() : BANK_CAPACITY_MAX}));
    say_seals();
    say_last_words();
    arch_describe(protections, sizeof(protections));
    klog("kernel: %lu KiB of RAM free, %s\n",
         frame_available() * PAGE_SIZE >> 10, protections);
}

void start_counter(void)
{
    if (!cmdline_is("bench.counter", "1"))
        return;
    if (!arch_counter_open())
        klog("counter: this processor has none\n");
    else
        klog("counter: open at %lu, %lu clocks of %lu Hz after the entry\n",
             arch_counter(), timer_counter() - arch_entry_clock,
             (uint64_t)boot_info.platform.clock_hz);
}

static void boot_actor(const char *name, unsigned priority)
{
    KnError error = restart_boot_actor(name, priority);

    if (error == K_OK)
        return;
    klog_flush();
    klog("boot: cannot start %s from the archive: error %d\n", name, error);
    power_fail();
}

void start_boot_actors(void)
{
    boot_actor("supervisor", PRIORITY_SUPERVISOR);
    boot_actor("init", PRIORITY_INIT);
    if (boot_info.restart_counter != 0)
        klog("site: %lu us from the last kernel's end to the first actor\n",
             timer_counter_ns(timer_counter() - boot_info.restart_counter) /
                 1000);
}
