/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults in words.  The reader of a report wants to know which variable or
 * stack it was, so a page fault is told by the region that it hit or missed.
 */
#include "kernel/fault.h"

#include "boot/image.h"
#include "kernel/format.h"
#include "kernel/klog.h"
#include "kernel/sched.h"
#include "kernel/symbols.h"
#include "mm/ucopy.h"

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
        [FAULT_OTHER] = "exception",
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
        return "a persistent block";
    }
    return "a region";
}

/* The region that the address is in, or the next above it, and how far. */
static const struct region *nearest(const struct aspace *space,
                                    uint64_t address, uint64_t *below)
{
    const struct region *above = region_from(&space->list, address);

    *below = 0;
    if (above != NULL && above->start > address)
        *below = above->start - address;
    return above;
}

static size_t place_describe(const struct aspace *space, uint64_t address,
                             char *text, size_t size)
{
    uint64_t below;
    const struct region *region = nearest(space, address, &below);
    const struct region *next;

    if (address < ASPACE_MIN)
        return format_text(text, size, ", a NULL pointer or near one");
    if (address >= ASPACE_MAX)
        return format_text(text, size, ", not an address of an actor");
    if (region == NULL)
        return format_text(text, size, ", above every region");
    next = region_next(&space->list, region);
    if (region->kind == K_RGN_RESERVED && below == 0 && next != NULL &&
        next->kind == K_RGN_STACK)
        return format_text(text, size, ", 0x%lx below %s: stack overflow",
                           next->start - address, region_words(next));
    if (below == 0)
        return format_text(text, size, ", in %s", region_words(region));
    return format_text(text, size, ", 0x%lx below %s", below,
                       region_words(region));
}

void fault_describe(const struct fault *fault, const struct aspace *space,
                    char *text, size_t size)
{
    static const char *const access[] = {
        [FAULT_READ] = "reading",
        [FAULT_WRITE] = "writing",
        [FAULT_EXECUTE] = "executing",
    };
    size_t used = format_text(text, size, "%s", kind_words(fault->kind));

    if (fault->kind == FAULT_OTHER)
        format_text(text + used, size - used, " %lu", fault->code);
    if (fault->kind != FAULT_PAGE)
        return;
    used += format_text(text + used, size - used, " %s 0x%lx",
                        access[fault->access], fault->address);
    if (space != NULL)
        place_describe(space, fault->address, text + used, size - used);
}

static void print_actor_pc(uint64_t pc)
{
    const struct image *image = sched_running()->actor->image;
    const char *name;
    uint64_t offset;

    if (image != NULL && image_symbol(image, pc, &name, &offset))
        klog("  at 0x%lx %s+0x%lx\n", pc, name, offset);
    else
        klog("  at 0x%lx\n", pc);
}

static bool read_actor_record(uint64_t fp, uint64_t record[2])
{
    return ucopy_in(&sched_running()->actor->space, record, uaddr(fp),
                    2 * sizeof(*record)) == K_OK;
}

void fault_report(const struct thread *thread, const char *words)
{
    const struct actor *actor = thread->actor;

    klog("fault: %s (aid %d, thread %d): %s\n", actor_name(actor), actor->aid,
         thread->lid, words);
    arch_context_print(&thread->context, klog);
    symbols_walk(arch_context_place(&thread->context), read_actor_record,
                 print_actor_pc);
}

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

void fault_report_kernel(const struct arch_context *ctx)
{
    struct arch_place place;

    if (ctx != NULL) {
        arch_context_print(ctx, klog);
        place = arch_context_place(ctx);
    } else {
        place = arch_place_here();
    }
    symbols_walk(place, read_kernel_record, print_kernel_pc);
}
