/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where the architecture's calls come in, and the one way back out.
 */
#include "kernel/trap.h"

#include "drivers/irqchip.h"
#include "kernel/assert.h"
#include "kernel/fault.h"
#include "kernel/klog.h"
#include "kernel/restart.h"
#include "kernel/sched.h"
#include "kernel/syscall.h"
#include "kernel/time.h"

void trap_syscall(struct arch_context *ctx)
{
    struct thread *thread = sched_running();

    ASSERT(&thread->context == ctx);
    syscall_run(thread);
}

void trap_fault(struct arch_context *ctx, const struct fault *fault)
{
    struct thread *thread = sched_running();
    struct actor *actor = thread->actor;

    ASSERT(&thread->context == ctx);
    fault_note(fault, &actor->space, &actor->fault);
    fault_report(thread);
    restart_end(actor, HR_END_FAULT);
}

void trap_interrupt(unsigned vector)
{
    irqchip_serve(vector);
}

void trap_tick(void)
{
    time_tick();
}

struct arch_context *trap_exit(void)
{
    for (;;) {
        struct thread *thread = sched_choose();

        if (thread == NULL)
            klog_tell();
        time_arm();
        if (thread == NULL) {
            arch_idle();
        } else if (thread->call_again) {
            thread->call_again = false;
            syscall_run(thread);
        } else {
            return &thread->context;
        }
    }
}
