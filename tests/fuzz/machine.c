/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The whole portable kernel on the fake machine.
 */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/archive.h"
#include "drivers/bark.h"
#include "drivers/console.h"
#include "drivers/irqchip.h"
#include "drivers/power.h"
#include "drivers/timer.h"
#include "drivers/watchdog.h"
#include "kernel/await.h"
#include "kernel/check.h"
#include "kernel/console.h"
#include "kernel/elf.h"
#include "kernel/klog.h"
#include "kernel/limits.h"
#include "kernel/planted.h"
#include "kernel/restart.h"
#include "kernel/sched.h"
#include "kernel/site.h"
#include "kernel/start.h"
#include "kernel/sync.h"
#include "kernel/time.h"
#include "kernel/totals.h"
#include "kernel/trap.h"
#include "kspace_host.h"
#include "mm/frame.h"
#include "mm/spare.h"

#define IMAGE_AT (FAKE_RAM_BASE + 0x800000ull)
#define IMAGE_BYTES (4 * PAGE_SIZE)
#define BANK_AT (FAKE_RAM_BASE + 0x100000ull)
#define BANK_PAGES 64u
#define MEMORY_AT (FAKE_RAM_BASE + 0x1000000ull)
#define MEMORY_PAGES 1450u

#define TEXT_AT 0x400000ull
#define DATA_AT 0x401000ull

const char version_text[] = "fuzz";
char image_start[1], text_end[1], ram_end[1], image_end[1], data_start[1];
char kernel_stack_guard[16], kernel_stack[16], kernel_stack_top[16];
const uint32_t symbols_count = 0;
const uint64_t symbols_address[1];
const uint32_t symbols_name[1];
const char symbols_text[1];

jmp_buf machine_idle;
void (*machine_read_hook)(uint64_t at, size_t size);

static struct {
    uint64_t now_ns, alarm_ns;
    const struct console_client *console;
    struct frame_hole holes[HOLE_COUNT];
    unsigned refuse;
    bool refused;
} machine = {.alarm_ns = UINT64_MAX};

/* ---- Devices ------------------------------------------------------------- */

uint64_t timer_now_ns(void)
{
    return machine.now_ns += 100;
}

uint64_t timer_counter(void)
{
    return machine.now_ns;
}

uint64_t timer_counter_ns(uint64_t difference)
{
    return difference;
}

void timer_set_alarm(uint64_t at_ns)
{
    machine.alarm_ns = at_ns;
}

void console_put(char c)
{
    (void)c;
}

void console_listen(const struct console_client *client)
{
    machine.console = client;
}

/* The line is quick, and a typist answers now and then. */
void console_wake(void)
{
    while (machine.console->next() >= 0)
        continue;
}

void irqchip_serve(unsigned vector)
{
    (void)vector;
}

static _Noreturn void gone(const char *how)
{
    fprintf(stderr, "fuzz: the machine is %s\n", how);
    abort();
}

_Noreturn void power_reset(void)
{
    gone("reset");
}

_Noreturn void power_off(void)
{
    gone("off");
}

_Noreturn void power_fail(void)
{
    gone("stopped");
}

_Noreturn void planted_lockup(void)
{
    gone("locked up");
}

const char *watchdog_init(void)
{
    return NULL;
}

bool watchdog_has_bitten(void)
{
    return false;
}

void watchdog_start(unsigned period_s)
{
    (void)period_s;
}

void watchdog_feed(void)
{
}

void watchdog_stop(void)
{
}

const char *bark_init(void)
{
    return NULL;
}

void bark_start(unsigned period_ms)
{
    (void)period_ms;
}

void bark_feed(void)
{
}

void bark_stop(void)
{
}

bool bark_is_due(void)
{
    return false;
}

/* Time passes; without an alarm nothing will ever happen again. */
void __wrap_arch_idle(void);
void __wrap_arch_idle(void)
{
    klog_tell();
    if (machine.alarm_ns == UINT64_MAX ||
        machine.alarm_ns > machine.now_ns + (1ull << 40)) {
        machine.console->receive('x');
        if (sched_choose() == NULL)
            longjmp(machine_idle, 1);
        return;
    }
    if (machine.alarm_ns > machine.now_ns)
        machine.now_ns = machine.alarm_ns;
    machine.alarm_ns = UINT64_MAX;
    time_tick();
}

/* ---- Archive ------------------------------------------------------------- */

static void image_make(void)
{
    uint8_t *file = fake_ram(paddr(IMAGE_AT), IMAGE_BYTES);
    struct elf_header header = {
        .magic = ELF_MAGIC,
        .type = ELF_TYPE_EXECUTABLE,
        .machine = ARCH_ELF_MACHINE,
        .entry = TEXT_AT,
        .segment_offset = sizeof(header),
        .segment_size = sizeof(struct elf_segment),
        .segment_count = 2,
    };
    struct elf_segment segments[2] = {
        {.type = ELF_LOAD, .flags = ELF_FLAG_EXECUTE, .offset = PAGE_SIZE,
         .address = TEXT_AT, .file_size = PAGE_SIZE, .memory_size = PAGE_SIZE},
        {.type = ELF_LOAD, .flags = ELF_FLAG_WRITE, .offset = 2 * PAGE_SIZE,
         .address = DATA_AT, .file_size = PAGE_SIZE,
         .memory_size = 2 * PAGE_SIZE},
    };

    memset(file, 0x5a, IMAGE_BYTES);
    memcpy(file, &header, sizeof(header));
    memcpy(file + sizeof(header), segments, sizeof(segments));
}

bool archive_file_at(unsigned index, struct archive_file *file)
{
    static const char *const names[] = {"supervisor", "init", "fuzz", "junk"};

    if (index >= sizeof(names) / sizeof(names[0]))
        return false;
    *file = (struct archive_file){
        names[index], fake_ram(paddr(IMAGE_AT), IMAGE_BYTES), IMAGE_BYTES};
    if (strcmp(names[index], "junk") == 0)
        file->data = (const char *)file->data + PAGE_SIZE;
    return true;
}

KnError archive_find(const char *name, struct archive_file *file)
{
    for (unsigned i = 0; archive_file_at(i, file); i++) {
        if (strcmp(file->name, name) == 0)
            return K_OK;
    }
    return K_EUNKNOWN;
}

/* ---- Refusals ------------------------------------------------------------ */

void machine_refuse(unsigned nth)
{
    machine.refuse = nth;
    machine.refused = false;
}

bool machine_refused(void)
{
    return machine.refused;
}

static bool refuse(void)
{
    if (machine.refuse == 0 || --machine.refuse > 0)
        return false;
    return machine.refused = true;
}

/* The linker leads the kernel's calls here. */
KnError __real_frame_allocate(paddr_t *frame);
KnError __wrap_frame_allocate(paddr_t *frame);
KnError __wrap_frame_allocate(paddr_t *frame)
{
    return refuse() ? K_ENOMEM : __real_frame_allocate(frame);
}

bool __real_quota_allows(const struct quota *quota, enum quota_kind kind,
                         uint64_t more, uint64_t available);
bool __wrap_quota_allows(const struct quota *quota, enum quota_kind kind,
                         uint64_t more, uint64_t available);
bool __wrap_quota_allows(const struct quota *quota, enum quota_kind kind,
                         uint64_t more, uint64_t available)
{
    return (more == 0 || !refuse()) &&
           __real_quota_allows(quota, kind, more, available);
}

struct thread *__real_thread_create(struct actor *actor,
                                    const struct thread_start *start);
struct thread *__wrap_thread_create(struct actor *actor,
                                    const struct thread_start *start);
struct thread *__wrap_thread_create(struct actor *actor,
                                    const struct thread_start *start)
{
    return refuse() ? NULL : __real_thread_create(actor, start);
}

int __real_bank_allocate_named(const struct bank_name *name,
                               const struct bank_request *request);
int __wrap_bank_allocate_named(const struct bank_name *name,
                               const struct bank_request *request);
int __wrap_bank_allocate_named(const struct bank_name *name,
                               const struct bank_request *request)
{
    return refuse() ? K_EFULL : __real_bank_allocate_named(name, request);
}

KnError __real_image_open(const char *name, struct image **image);
KnError __wrap_image_open(const char *name, struct image **image);
KnError __wrap_image_open(const char *name, struct image **image)
{
    return refuse() ? K_ENOMEM : __real_image_open(name, image);
}

bool __real_quota_promise(struct quota *quota, enum quota_kind kind,
                          uint64_t count, uint64_t available);
bool __wrap_quota_promise(struct quota *quota, enum quota_kind kind,
                          uint64_t count, uint64_t available);
bool __wrap_quota_promise(struct quota *quota, enum quota_kind kind,
                          uint64_t count, uint64_t available)
{
    return !refuse() && __real_quota_promise(quota, kind, count, available);
}

/* What a boot actor's next life takes is promised: to refuse that would be a
 * machine that does not keep its word. */
KnError __real_actor_start(struct actor *actor);
KnError __wrap_actor_start(struct actor *actor);
KnError __wrap_actor_start(struct actor *actor)
{
    if (actor->role == ACTOR_BOOT)
        machine.refuse = 0;
    return __real_actor_start(actor);
}

/* ---- User memory --------------------------------------------------------- */

void __real_arch_user_read(void *to, uaddr_t from, size_t size);
void __wrap_arch_user_read(void *to, uaddr_t from, size_t size);
void __wrap_arch_user_read(void *to, uaddr_t from, size_t size)
{
    __real_arch_user_read(to, from, size);
    if (machine_read_hook != NULL)
        machine_read_hook(from.raw, size);
}

bool machine_poke(const struct actor *actor, uint64_t at, const void *from,
                  size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned prot;
        paddr_t page;

        if (!ptab_lookup(&actor->space.ptab, page_down(at + i), &page, &prot))
            return false;
        *(uint8_t *)fake_ram(paddr_add(page, (at + i) & PAGE_MASK), 1) =
            ((const uint8_t *)from)[i];
    }
    return true;
}

/* ---- Start --------------------------------------------------------------- */

const struct frame_hole *start_hole(enum hole hole)
{
    return &machine.holes[hole];
}

static void memory_begin(void)
{
    memset(&boot_info, 0, sizeof(boot_info));
    boot_info.magic = BOOT_INFO_MAGIC;
    strcpy(boot_info.command_line,
           "site.maxBootDeaths=1000000000 test.check=1 pmm.maxBlocks=20");
    boot_info.range_count = 1;
    boot_info.ranges[0] =
        (struct boot_range){paddr(MEMORY_AT), MEMORY_PAGES * PAGE_SIZE};
    machine.holes[HOLE_BANK] =
        (struct frame_hole){paddr(BANK_AT), BANK_PAGES * PAGE_SIZE};
    boot_info_seal();
    frame_init(&boot_info, machine.holes, HOLE_COUNT);
    kspace_host.watch = false;
}

void machine_boot(void)
{
    struct bank_place place = {paddr(BANK_AT), BANK_PAGES * PAGE_SIZE, 20};
    struct bank_report report;

    memory_begin();
    image_make();
    time_init();
    totals_init();
    region_init(totals()->regions);
    spare_init();
    thread_init(totals()->threads);
    image_init(totals()->actors);
    sched_init();
    sync_init();
    actor_init(totals()->actors);
    await_init(totals()->promises);
    restart_init();
    bank_open(&place, BOOT_COLD, &report);
    pmm_init();
    limits_init();
    check_init();
    site_init();
    console_start();
    if (restart_boot_actor("supervisor", PRIORITY_SUPERVISOR) != K_OK ||
        restart_boot_actor("init", PRIORITY_INIT) != K_OK)
        gone("without boot actors");
}

/* No machine is started with test.inject=1 here. */
bool planted_commit(unsigned number)
{
    (void)number;
    abort();
}
