/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tasks: threads of the actor with a name, a priority, a stack and groups,
 * known when the program is built.
 */
#ifndef MICROKERNEL_TASK_H
#define MICROKERNEL_TASK_H

#include <microkernel/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct k_task *ktask_t;
typedef uint32_t ktask_group_t;
typedef uint32_t kpriority_t;

#define ANYTASK ((ktask_t)-1L)

/* Groups.  EXE starts with the program; the three others mean nothing here.
 * Groups of an MDEF file begin at 0x10. */
#define EXE 0x1u
#define SYS 0x2u
#define FPU 0x4u
#define SSE 0x8u

/* Priorities are 0 (served first) .. K_TASK_PRIORITY_MAX; in the kernel they
 * are K_TASK_PRIORITY_BASE and up, so that a busy task stops neither the
 * supervisor nor the console. */
#define K_TASK_PRIORITY_BASE 121
#define K_TASK_PRIORITY_MAX 127

/* Stack sizes were written for a kernel with a small printk(); printf() needs
 * this much more, and each stack gets it. */
#define K_TASK_STACK_EXTRA 4096
#define K_TASK_STACK(size) (((size) + K_TASK_STACK_EXTRA + 15) / 16 * 16)

struct k_task {
    const char *name;
    void (*entry)(void);
    char *stack;
    size_t stack_size;
    uint32_t groups;
    uint32_t first_priority;
    uint32_t priority;
    int lid; /* of its thread; 0: never started */
    int running;
    void (*abort_handler)(void);
};

/* Defines a task at file scope: its thread runs entry() on a stack of
 * stack_size bytes, and ends when that returns.  Groups are joined by |.
 * Another file uses `extern const ktask_t name;`. */
#define DEFINE_TASK(task_name, prio, task_entry, size, task_groups)            \
    _Static_assert((prio) >= 0 && (prio) <= K_TASK_PRIORITY_MAX,               \
                   "a task's priority is 0 .. K_TASK_PRIORITY_MAX");           \
    _Static_assert((size) > 0 && (size) <= (1 << 26),                          \
                   "a task's stack has 1 byte .. 64 MiB");                     \
    extern void task_entry(void);                                              \
    static char _k_task_stack_##task_name[K_TASK_STACK(size)]                  \
        __attribute__((aligned(16)));                                          \
    struct k_task _k_task_##task_name = {                                      \
        .name = #task_name,                                                    \
        .entry = task_entry,                                                   \
        .stack = _k_task_stack_##task_name,                                    \
        .stack_size = sizeof(_k_task_stack_##task_name),                       \
        .groups = (task_groups),                                               \
        .first_priority = (prio),                                              \
        .priority = (prio),                                                    \
    };                                                                         \
    K_OBJECT_ENTER(struct k_task, task, task_name, _k_task_##task_name);       \
    extern const ktask_t task_name;                                            \
    const ktask_t task_name = &_k_task_##task_name

/* Starts the tasks of group EXE, all before the first of them runs, and
 * returns when no task is left.  A program without a main() gets one that
 * does only this.  Called once, by main().  May block.  Ours. */
void microkernel_run(void);

/* Starts a task at its entry, with its first priority; nothing happens to one
 * that runs.  Any thread; does not block.  A fault, if the site or the actor
 * has no thread left.  From task_start(). */
void task_start(ktask_t task);

/* Ends a task, wherever it is, itself included.  It leaves every queue that
 * it waits in, and what it had been handed but not yet taken is given on; the
 * blocks that it holds stay used (task_mem_map_reclaim).  Its abort handler is
 * called afterwards, by the caller.  Any thread; does not block.  From
 * task_abort(). */
void task_abort(ktask_t task);

/* Keeps a task from running until it is resumed.  A block or semaphore that
 * it waits for is handed to it meanwhile.  Any thread; task_suspend() of the
 * caller blocks.  From task_suspend(), task_resume(). */
void task_suspend(ktask_t task);
void task_resume(ktask_t task);

/* The task's priority, and a new one: 0 .. K_TASK_PRIORITY_MAX, else a fault.
 * A place in a queue of waiters is kept.  Any thread; does not block.  From
 * task_priority_get(), task_priority_set(). */
kpriority_t task_priority_get_of(ktask_t task);
void task_priority_set(ktask_t task, kpriority_t priority);

/* The caller's: its id (NULL: the thread is no task), priority and groups. */
ktask_t task_id_get(void);
kpriority_t task_priority_get(void);
ktask_group_t task_group_mask_get(void);

/* A task's name, "main" for NULL.  Constant; does not block.  Ours. */
const char *task_name_get(ktask_t task);

/* Gives the processor to the next task of the same priority.  Tasks.  From
 * task_yield(). */
void task_yield(void);

/* Sleeps for that many ticks; 0 or less is task_yield().  Tasks; may block.
 * From task_sleep(). */
void task_sleep(int32_t ticks);

/* Sets what is called when the calling task is aborted or returns.  The
 * handler must not wait.  From task_abort_handler_set(). */
void task_abort_handler_set(void (*handler)(void));

/* The same for every task that is in one of the groups; join and leave change
 * the caller's groups.  Any thread.  From task_group_start() and so on. */
void task_group_start(ktask_group_t groups);
void task_group_abort(ktask_group_t groups);
void task_group_suspend(ktask_group_t groups);
void task_group_resume(ktask_group_t groups);
void task_group_join(ktask_group_t groups);
void task_group_leave(ktask_group_t groups);

#ifdef __cplusplus
}
#endif
#endif
