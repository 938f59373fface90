/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in words.  The reader of a report wants to know which variable or
 * stack it was, so a page fault is told by the region that it hit or missed.
 */
#include "kernel/fault.h"

#include "boot/image.h"
#include "kernel/actor.h"
#include "kernel/format.h"
#include "kernel/klog.h"
#include "kernel/string.h"
#include "kernel/symbols.h"
#include "kernel/thread.h"
#include "mm/kspace.h"

static const char *kind_words(enum fault_kind kind)
{
    static const char *const words[] = {
        [FAULT_PAGE] = "page fault",
        [FAULT_DIVIDE] = "division by zero or overflow",
        [FAULT_FLOAT] = "floating-point exception",
        [FAULT_ILLEGAL] = "illegal instruction",
        [FAULT_PRIVILEGED] = "privileged instruction or bad address",
        [FAULT_ALIGNMENT] = "unaligned access",
        [FAULT_BREAKPOINT] = "breakpoint",
        [FAULT_STACK] = "stack overflow in the kernel",
        [FAULT_MACHINE] = "machine check",
        [FAULT_HANG] = "hang: the watchdog is not fed",
        [FAULT_OTHER] = "exception",
        [FAULT_NONE] = "nothing",
        [FAULT_SAID] = "",
    };

    return words[kind];
}

static const char *region_words(const struct region *region)
{
    switch (region->kind) {
    case K_RGN_RESERVED:
        return "reserved addresses";
    case K_RGN_IMAGE:
        return region->options & K_EXECUTABLE ? "the text" : "the constants";
    case K_RGN_DATA:
        return "the data";
    case K_RGN_STACK:
        return "the stack of main";
    case K_RGN_BLOCK:
        return region->options & K_WRITABLE ? "a persistent block"
                                            : "a sealed persistent block";
    }
    return "a region";
}

/* Of a region that ends above address, or of a block. */
static void place_set(const struct region *region, uint64_t address,
                      struct fault_note *note)
{
    note->place = FAULT_IN_REGION;
    note->region = region_words(region);
    note->distance = region->start > address ? region->start - address : 0;
}

/* Where among the regions of the space, while they are still there. */
static void place_in_space(const struct aspace *space, uint64_t address,
                           struct fault_note *note)
{
    const struct region *region = region_from(&space->list, address), *next;

    if (region == NULL)
        return;
    place_set(region, address, note);
    next = region_next(&space->list, region);
    if (region->start <= address && region->kind == K_RGN_RESERVED &&
        next != NULL && next->kind == K_RGN_STACK) {
        place_set(next, address, note);
        note->place = FAULT_UNDER_STACK;
    }
}

static void place_find(const struct pmm_holder *holder, uint64_t address,
                       struct fault_note *note)
{
    struct region block;

    note->distance = 0;
    note->place = FAULT_IN_KERNEL;
    if (holder == NULL)
        return;
    note->place = FAULT_NEAR_NULL;
    if (address < ASPACE_MIN)
        return;
    note->place = FAULT_BEYOND_ACTOR;
    if (address >= ASPACE_MAX)
        return;
    note->place = FAULT_ABOVE_ALL;
    place_in_space(holder->space, address, note);
    /* In front of the window of the bank a region is nearer, in it a block. */
    if (pmm_held_from(holder, address, &block) &&
        (note->place == FAULT_ABOVE_ALL ||
         (note->distance > 0 && block.start < address + note->distance)))
        place_set(&block, address, note);
}

void fault_place(const struct pmm_holder *holder, struct fault_note *note)
{
    if (note->fault.kind == FAULT_PAGE)
        place_find(holder, note->fault.address, note);
}

static void place_words(const struct fault_note *note, char *text, size_t size)
{
    switch (note->place) {
    case FAULT_IN_KERNEL:
        break;
    case FAULT_NEAR_NULL:
        format_text(text, size, ", a NULL pointer or near one");
        break;
    case FAULT_BEYOND_ACTOR:
        format_text(text, size, ", not an address of an actor");
        break;
    case FAULT_ABOVE_ALL:
        format_text(text, size, ", above every region");
        break;
    case FAULT_UNDER_STACK:
        format_text(text, size, ", 0x%lx below %s: stack overflow",
                    note->distance, note->region);
        break;
    case FAULT_IN_REGION:
        if (note->distance == 0)
            format_text(text, size, ", in %s", note->region);
        else
            format_text(text, size, ", 0x%lx below %s", note->distance,
                        note->region);
        break;
    }
}

void fault_words(const struct fault_note *note, char *text, size_t size)
{
    static const char *const access[] = {
        [FAULT_READ] = "reading",
        [FAULT_WRITE] = "writing",
        [FAULT_EXECUTE] = "executing",
    };
    const struct fault *fault = &note->fault;
    size_t used;

    if (fault->kind == FAULT_SAID) {
        string_copy(text, note->said, size);
        return;
    }
    used = format_text(text, size, "%s", kind_words(fault->kind));
    if (fault->kind == FAULT_OTHER)
        format_text(text + used, size - used, " %lu", fault->code);
    if (fault->kind != FAULT_PAGE)
        return;
    used += format_text(text + used, size - used, " %s 0x%lx",
                        access[fault->access], fault->address);
    place_words(note, text + used, size - used);
}

/* ---- The report of an actor's fault -------------------------------------- */

/* All that the report will be made of: by then the actor lives again. */
struct report {
    char name[K_ACTORNAMEMAX];
    int aid;
    KnThreadLid lid;
    struct fault_note note;
    struct archive_file file; /* of its image; the archive stays */
    unsigned depth;
    uint64_t pc[BACKTRACE_MAX];
    struct arch_registers registers;
};

/* The one that is being made. */
static struct {
    struct report *report;
    const struct aspace *space;
    uint64_t low, high;   /* of its stack; high 0: not looked for yet */
    uint64_t page_at;     /* where it was read last ... */
    const uint64_t *page; /* ... and by way of what */
} making;

#define RECORD_SIZE (2 * sizeof(uint64_t))

/* Frames of an actor's thread lie in one region, its stack; all else is junk,
 * or would be read in vain. */
static __attribute__((noinline)) void find_stack(uint64_t fp)
{
    const struct region *stack = region_from(&making.space->list, fp);

    if (stack == NULL || stack->kind == K_RGN_RESERVED)
        return;
    making.low = stack->start;
    making.high = stack->start + stack->size;
}

/* A word of the stack.  The space need not be the current one. */
static uint64_t read_actor_word(uint64_t at)
{
    if (making.page_at != page_down(at)) {
        making.page_at = page_down(at);
        making.page = kspace_pointer(ptab_page(&making.space->ptab, at));
    }
    return making.page[(at & PAGE_MASK) / sizeof(at)];
}

static bool read_actor_record(uint64_t fp, uint64_t record[2])
{
    if (making.high == 0)
        find_stack(fp);
    if (fp < making.low || fp > making.high - RECORD_SIZE)
        return false;
    record[0] = read_actor_word(fp);
    record[1] = read_actor_word(fp + sizeof(*record));
    return true;
}

static void keep_pc(uint64_t pc)
{
    making.report->pc[making.report->depth++] = pc;
}

static void print_actor_pc(const struct archive_file *file, uint64_t pc)
{
    const char *name;
    uint64_t offset;

    if (file->data != NULL && image_symbol(file, pc, &name, &offset))
        klog("  at 0x%lx %s+0x%lx\n", pc, name, offset);
    else
        klog("  at 0x%lx\n", pc);
}

static void report_print(const void *payload)
{
    const struct report *kept = payload;
    char words[FAULT_WORDS_MAX];

    fault_words(&kept->note, words, sizeof(words));
    klog("fault: %s (aid %d, thread %d): %s\n", kept->name, kept->aid,
         kept->lid, words);
    arch_registers_print(&kept->registers, klog);
    for (unsigned i = 0; i < kept->depth; i++)
        print_actor_pc(&kept->file, kept->pc[i]);
}

void fault_report(const struct thread *thread)
{
    const struct actor *actor = thread->actor;
    struct report *report = klog_open(report_print, sizeof(*report));
    struct arch_place place;

    memcpy(report->name, actor->name, sizeof(report->name));
    report->aid = actor->aid;
    report->lid = thread->lid;
    fault_copy(&report->note, &actor->fault);
    report->file = actor->image != NULL ? actor->image->file
                                        : (struct archive_file){0};
    report->registers = *arch_context_registers(&thread->context);
    report->depth = 0;
    making.report = report;
    making.space = &actor->space;
    making.low = UINT64_MAX;
    making.high = 0;
    making.page_at = UINT64_MAX;
    place = arch_context_place(&thread->context);
    keep_pc(place.pc);
    symbols_walk(place.fp, read_actor_record, keep_pc);
    klog_close();
}

/* ---- The report of the kernel's own -------------------------------------- */

static void print_kernel_pc(uint64_t pc)
{
    const char *name;
    uint64_t offset;

    if (symbols_find(pc, &name, &offset))
        klog("  at 0x%lx %s+0x%lx\n", pc, name, offset);
    else
        klog("  at 0x%lx\n", pc);
}

/* Frames of the kernel lie on its own stack; all else is junk. */
static bool read_kernel_record(uint64_t fp, uint64_t record[2])
{
    if (fp < (uintptr_t)kernel_stack ||
        fp > (uintptr_t)kernel_stack_top - 2 * sizeof(*record))
        return false;
    record[0] = ((const uint64_t *)(uintptr_t)fp)[0];
    record[1] = ((const uint64_t *)(uintptr_t)fp)[1];
    return true;
}

/* Where the function at pc was called, if that is in none of the frames. */
static void print_unframed(const struct arch_context *ctx, uint64_t pc)
{
    const char *name;
    uint64_t offset, back = 0;

    if (symbols_find(pc, &name, &offset))
        back = arch_context_return(ctx, pc - offset);
    if (back != 0)
        print_kernel_pc(back);
}

void fault_report_kernel(const struct arch_context *ctx)
{
    struct arch_place place;

    if (ctx != NULL) {
        arch_registers_print(arch_context_registers(ctx), klog);
        place = arch_context_place(ctx);
        print_kernel_pc(place.pc);
        print_unframed(ctx, place.pc);
    } else {
        place = arch_place_here();
        print_kernel_pc(place.pc);
    }
    symbols_walk(place.fp, read_kernel_record, print_kernel_pc);
}
