/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A task is known by its stack: whose stack an address is in, that
 * task is meant.  So the caller of any function here needs no system call to
 * know who it is, and whatever a task has left behind, a waiter's record or
 * the mark on a block, tells whose it was.
 *
 * Tasks are stopped only by who holds the lock of the library, so no task is
 * ever stopped inside of it.
 */
#include "task.h"

#include <reprise.h>

#include "fail.h"
#include "wait.h"

/* main() while it starts the tasks: before all of them. */
#define PRIORITY_STARTER (K_TASK_PRIORITY_BASE - 1)

extern struct k_task *const __start_microkernel_tasks[] __attribute__((weak));
extern struct k_task *const __stop_microkernel_tasks[] __attribute__((weak));

static struct {
    struct k_task *sorted[K_WAITS_MAX]; /* by their stacks */
    unsigned count;                     /* 0: not sorted yet */
    unsigned running;                   /* main() waits on this word */
} tasks;

static unsigned task_count(void)
{
    return (unsigned)(__stop_microkernel_tasks - __start_microkernel_tasks);
}

static void sort(void)
{
    unsigned total = task_count();

    for (unsigned i = 0; i < total; i++) {
        struct k_task *task = __start_microkernel_tasks[i];
        unsigned at = i;

        for (; at > 0 && tasks.sorted[at - 1]->stack > task->stack; at--)
            tasks.sorted[at] = tasks.sorted[at - 1];
        tasks.sorted[at] = task;
    }
    tasks.count = total;
}

struct k_task *task_of(uintptr_t address)
{
    unsigned low = 0, high;

    if (tasks.count != task_count() && task_count() < K_WAITS_MAX)
        sort();
    high = tasks.count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        uintptr_t stack = (uintptr_t)tasks.sorted[middle]->stack;

        if (address < stack)
            high = middle;
        else if (address - stack < tasks.sorted[middle]->stack_size)
            return tasks.sorted[middle];
        else
            low = middle + 1;
    }
    return NULL;
}

unsigned task_priority_of(uintptr_t address)
{
    struct k_task *task = task_of(address);
    KnFifoThParms parms = {0};

    if (task != NULL)
        return task->priority;
    (void)threadScheduler(K_MYACTOR, K_MYSELF, &parms, NULL);
    return parms.fifoPriority < K_TASK_PRIORITY_BASE
               ? 0
               : (unsigned)parms.fifoPriority - K_TASK_PRIORITY_BASE;
}

ktask_t task_id_get(void)
{
    struct k_task *task;

    lock_take(&mk_lock);
    task = task_of((uintptr_t)__builtin_frame_address(0));
    lock_release(&mk_lock);
    return task;
}

const char *task_name_get(ktask_t task)
{
    return task == NULL ? "main" : task->name;
}

/* ---- Start and end ----------------------------------------------------- */

static void thread_priority(int lid, unsigned priority)
{
    KnFifoThParms parms = {K_SCHED_FIFO, (KnFifoPriority)priority};

    (void)threadScheduler(K_MYACTOR, lid, NULL, &parms);
}

/* Its last thread may still be on its way out, on the same stack. */
void task_start(ktask_t task)
{
    KnFifoThParms schedule = {
        K_SCHED_FIFO,
        (KnFifoPriority)(K_TASK_PRIORITY_BASE + task->first_priority),
    };
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = task_entry,
        .dsUserStackPointer = task->stack + task->stack_size,
        .dsPrivilege = K_USERTHREAD,
    };
    int error = K_OK;

    lock_take(&mk_lock);
    if (task->running) {
        lock_release(&mk_lock);
        return;
    }
    if (task->lid != 0)
        (void)threadDelete(K_MYACTOR, task->lid);
    task->priority = task->first_priority;
    task->abort_handler = NULL;
    error = threadCreate(K_MYACTOR, &task->lid, K_INACTIVE, &schedule, &start);
    if (error == K_OK) {
        task->running = 1;
        tasks.running++;
    }
    lock_release(&mk_lock);
    if (error != K_OK)
        mk_fail("task", task->name, k_strerror(error));
    (void)threadActivate(K_MYACTOR, task->lid);
}

/* With the lock taken.  The handler that is still to be called. */
static void (*task_end(struct k_task *task))(void)
{
    void (*handler)(void) = task->abort_handler;

    task->running = 0;
    task->abort_handler = NULL;
    tasks.running--;
    if (tasks.running == 0)
        (void)syncWake(&tasks.running, 1);
    return handler;
}

static _Noreturn void end_self(struct k_task *task)
{
    void (*handler)(void);

    lock_take(&mk_lock);
    handler = task->abort_handler;
    task->abort_handler = NULL;
    lock_release(&mk_lock);
    if (handler != NULL)
        handler();
    lock_take(&mk_lock);
    (void)task_end(task);
    lock_release(&mk_lock);
    for (;;)
        (void)threadDelete(K_MYACTOR, K_MYSELF);
}

void task_entry(void)
{
    struct k_task *task = task_id_get();

    task->entry();
    end_self(task);
}

void task_abort(ktask_t task)
{
    void (*handler)(void) = NULL;

    if (task == task_id_get())
        end_self(task);
    lock_take(&mk_lock);
    if (task->running) {
        (void)threadDelete(K_MYACTOR, task->lid);
        lock_recall(&mk_lock);
        wait_forget((uintptr_t)task->stack,
                    (uintptr_t)task->stack + task->stack_size);
        handler = task_end(task);
    }
    lock_release(&mk_lock);
    if (handler != NULL)
        handler();
}

void microkernel_run(void)
{
    KnFifoThParms old;
    unsigned running;

    if (task_count() >= K_WAITS_MAX)
        abort(); /* no room for main() and all of them (mdef.py says more) */
    (void)threadScheduler(K_MYACTOR, K_MYSELF, &old, NULL);
    thread_priority(K_MYSELF, PRIORITY_STARTER);
    task_group_start(EXE);
    thread_priority(K_MYSELF, (unsigned)old.fifoPriority);
    while ((running =
                __atomic_load_n(&tasks.running, __ATOMIC_ACQUIRE)) != 0)
        (void)syncWait(&tasks.running, running, K_NOTIMEOUT);
}

/* ---- Suspension, priority, time ---------------------------------------- */

void task_suspend(ktask_t task)
{
    if (task == task_id_get()) {
        (void)threadSuspend(K_MYACTOR, K_MYSELF);
        return;
    }
    lock_take(&mk_lock);
    if (task->running)
        (void)threadSuspend(K_MYACTOR, task->lid);
    lock_recall(&mk_lock);
    lock_release(&mk_lock);
}

void task_resume(ktask_t task)
{
    (void)threadResume(K_MYACTOR, task->lid);
}

void task_priority_set(ktask_t task, kpriority_t priority)
{
    if (priority > K_TASK_PRIORITY_MAX)
        mk_fail("task", task->name, "priorities are 0 .. 127");
    lock_take(&mk_lock);
    task->priority = priority;
    lock_release(&mk_lock);
    if (task->running)
        thread_priority(task->lid, K_TASK_PRIORITY_BASE + priority);
}

kpriority_t task_priority_get_of(ktask_t task)
{
    return task->priority;
}

kpriority_t task_priority_get(void)
{
    unsigned priority;

    lock_take(&mk_lock);
    priority = task_priority_of((uintptr_t)__builtin_frame_address(0));
    lock_release(&mk_lock);
    return priority;
}

void task_yield(void)
{
    (void)threadDelay(K_NOBLOCK);
}

void task_abort_handler_set(void (*handler)(void))
{
    struct k_task *task = task_id_get();

    if (task != NULL)
        task->abort_handler = handler;
}

/* ---- Groups ------------------------------------------------------------ */

static void group_do(ktask_group_t groups, void (*act)(ktask_t task))
{
    struct k_task *self = task_id_get();

    for (unsigned i = 0; i < task_count(); i++) {
        struct k_task *task = __start_microkernel_tasks[i];

        if ((task->groups & groups) != 0 && task != self)
            act(task);
    }
    if (self != NULL && (self->groups & groups) != 0)
        act(self);
}

void task_group_start(ktask_group_t groups)
{
    group_do(groups, task_start);
}

void task_group_abort(ktask_group_t groups)
{
    group_do(groups, task_abort);
}

void task_group_suspend(ktask_group_t groups)
{
    group_do(groups, task_suspend);
}

void task_group_resume(ktask_group_t groups)
{
    group_do(groups, task_resume);
}

ktask_group_t task_group_mask_get(void)
{
    struct k_task *task = task_id_get();

    return task == NULL ? 0 : task->groups;
}

void task_group_join(ktask_group_t groups)
{
    struct k_task *task = task_id_get();

    if (task != NULL)
        task->groups |= groups;
}

void task_group_leave(ktask_group_t groups)
{
    struct k_task *task = task_id_get();

    if (task != NULL)
        task->groups &= ~groups;
}
