/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting on a word of memory: the one primitive from which actors build
 * locks, semaphores and queues of their own.  A word is known by the space
 * and the address that it is in; nothing has to be made before the first
 * wait or unmade after the last, and nothing can run out.
 */
#ifndef KERNEL_SYNC_H
#define KERNEL_SYNC_H

#include "kernel/thread.h"

/* Empties the tree.  Once a start. */
void sync_init(void);

/* Makes the running thread wait on the word at that address of its space,
 * until it is woken (K_OK), aborted (K_EABORT) or out of time (K_ETIMEOUT).
 * Whoever is deleted leaves by itself. */
void sync_wait(uaddr_t word, uint64_t deadline_ns);

/* Takes a thread that waits out of its queue (thread.c). */
void sync_forget(struct thread *thread);

/* Wakes up to count threads of actor that wait on the word: the highest
 * priority first, then who has waited longest.  Returns how many. */
unsigned sync_wake(const struct actor *actor, uaddr_t word, unsigned count);

#endif
