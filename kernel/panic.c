/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The end of a kernel's life.
 */
#include "kernel/panic.h"

#include <stdarg.h>

#include "arch/arch.h"
#include "drivers/bark.h"
#include "drivers/power.h"
#include "kernel/actor.h"
#include "kernel/aftermath.h"
#include "kernel/assert.h"
#include "kernel/fault.h"
#include "kernel/format.h"
#include "kernel/klog.h"
#include "kernel/sched.h"
#include "kernel/site.h"
#include "kernel/string.h"
#include "kernel/vigil.h"
#include "mm/bank.h"

/* Of the kernel's log, what the last words carry. */
#define LAST_LOG_SIZE 2048

/* A fault, one while it is told, and one in the panic of that. */
#define FAULTS_TOLD_MAX 3

static struct {
    unsigned depth;  /* panics inside one another */
    unsigned faults; /* some of which may not get as far as a panic */
    const struct arch_context *where; /* of a fault in the kernel, or NULL */
    char words[128];
} last;

static void last_words_write(void)
{
    static char tail[LAST_LOG_SIZE]; /* no room to spare on this stack */
    const struct thread *thread = sched_running();
    struct bank_last_words words = {
        .cause = "panic",
        .actor = thread != NULL ? actor_name(thread->actor) : "none",
        .pc = last.where != NULL ? arch_context_place(last.where).pc
                                 : arch_place_here().pc,
        .line = last.words,
        .tail = tail,
        .tail_size = klog_tail(tail, sizeof(tail)),
    };

    bank_last_words_write(&words);
}

/* What a panic does is more than what a restart needs: a panic inside one does
 * without the report and the last words, one inside that without a word.  The
 * next has nothing left to stand on but the firmware. */
static void panic_again(const char *format)
{
    if (last.depth > 3)
        power_reset();
    if (last.depth == 3)
        site_recover_bare();
    klog("panic: again, inside a panic: %s\n", format);
    site_recover("a panic inside a panic");
}

void panic(const char *format, ...)
{
    va_list args;

    if (++last.depth > 1)
        panic_again(format);
    vigil_feed();
    aftermath_report();
    klog_flush();
    va_start(args, format);
    format_args(last.words, sizeof(last.words), format, args);
    va_end(args);
    klog("panic: %s\n", last.words);
    fault_report_kernel(last.where);
    last_words_write();
    site_recover(last.words);
}

/* A line of the table of assertions (arch_assert.h): its instruction, and its
 * text, each counted from where the number stands. */
struct assertion {
    int32_t place, text;
};

extern const struct assertion asserts_start[], asserts_end[]; /* linker.ld */

/* What was asserted there, or NULL. */
static const char *assertion_at(uint64_t pc)
{
    const struct assertion *at;

    for (at = asserts_start; at < asserts_end; at++) {
        if ((uintptr_t)&at->place + (uintptr_t)at->place == pc)
            return (const char *)&at->text + at->text;
    }
    return NULL;
}

void trap_kernel_fault(const struct arch_context *ctx,
                       const struct fault *fault)
{
    struct fault_note note;
    char words[FAULT_WORDS_MAX];
    const char *asserted;

    if (++last.faults > FAULTS_TOLD_MAX + 1)
        power_reset();
    if (last.faults > FAULTS_TOLD_MAX)
        site_recover_bare();
    last.where = ctx;
    note.fault = *fault;
    if (fault->kind == FAULT_MACHINE && bark_is_due())
        note.fault.kind = FAULT_HANG;
    vigil_feed(); /* a panic that hangs is found as any other */
    arch_unmaskable_again();
    asserted = assertion_at(arch_context_place(ctx).pc);
    if (fault->kind == FAULT_ILLEGAL && asserted != NULL)
        panic("assertion failed: %s", asserted);
    fault_place(NULL, &note);
    fault_words(&note, words, sizeof(words));
    panic("the kernel: %s", words);
}
