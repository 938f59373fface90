/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the architecture's calls come in, and the one way back out.  System
 * calls come in at kernel/syscall.c.
 */
#include "kernel/trap.h"

#include "drivers/irqchip.h"
#include "kernel/aftermath.h"
#include "kernel/assert.h"
#include "kernel/klog.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/time.h"
#include "mm/spare.h"

struct arch_context *trap_fault(struct arch_context *ctx,
                                const struct fault *fault)
{
    struct thread *thread = aftermath_enter(ctx), *told;

    thread->actor->fault.fault = *fault;
    told = aftermath_begin(thread);
    return told != NULL ? &told->context : trap_exit();
}

void trap_interrupt(unsigned vector)
{
    aftermath_finish();
    irqchip_serve(vector);
}

void trap_tick(void)
{
    time_tick();
}

/* Nobody can run yet, or who can has a call to make again first. */
static __attribute__((noinline)) struct thread *wait_or_call(
    struct thread *thread)
{
    while (thread == NULL || thread->call_again) {
        if (thread == NULL) {
            klog_tell();
            spare_work();
            arch_idle();
        } else {
            thread->call_again = false;
            syscall_run(thread);
        }
        thread = sched_choose();
    }
    return thread;
}

struct arch_context *trap_exit(void)
{
    struct thread *thread = sched_choose();

    if (thread == NULL || thread->call_again)
        thread = wait_or_call(thread);
    return &thread->context;
}
