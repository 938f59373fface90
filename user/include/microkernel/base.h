/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What tasks, semaphores and memory maps share: results, ticks, and queues of
 * tasks that wait.
 */
#ifndef MICROKERNEL_BASE_H
#define MICROKERNEL_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Results.  Memory maps and semaphores know the first three. */
#define RC_OK 0
#define RC_FAIL 1
#define RC_TIME 2
#define RC_ALIGNMENT 3
#define RC_INCOMPLETE 4

/* Time limits: none at all, or for ever; any other is a number of ticks. */
#define TICKS_NONE 0
#define TICKS_UNLIMITED (-1)

#define ENDLIST (-1)

/* Tasks that can wait for one thing; one more is refused. */
#define K_WAITS_MAX 64

/* Tasks that wait: the highest priority first, then the longest.  The fields
 * of this and all other structures here are the library's. */
struct k_wait;
struct k_wait_queue {
    struct k_wait *heap[K_WAITS_MAX];
    unsigned count;
    uint64_t sequence;
};

/* Puts a pointer to a static object into the table of its kind.  The linker
 * puts the table together (actor.ld): no code runs before main() for it. */
#define K_OBJECT_ENTER(type, kind, name, object)                               \
    static type *const _k_##kind##_entry_##name                                \
        __attribute__((used, section("microkernel_" #kind "s"))) = &(object)

/* Ticks of the tick clock in a second: sys.ticksPerSec=N, 1 .. 1000000, on
 * the kernel's command line, else 100.  Does not block.  Ours; the 1.x name
 * of the same figure is sys_clock_ticks_per_sec. */
unsigned sys_ticks_per_sec(void);
#define sys_clock_ticks_per_sec ((int)sys_ticks_per_sec())

/* Ticks since the kernel's start, and their low 32 bits.  Does not block.
 * From sys_tick_get() of nanokernel.h. */
int64_t sys_tick_get(void);
uint32_t sys_tick_get_32(void);

#ifdef __cplusplus
}
#endif
#endif
