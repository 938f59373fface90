/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The whole portable kernel on the fake machine of tests/host: its devices
 * swallow what they are told, its clock moves when nothing else does, and its
 * archive is two files that are made here.
 */
#ifndef TESTS_FUZZ_MACHINE_H
#define TESTS_FUZZ_MACHINE_H

#include <setjmp.h>

#include "fake.h"
#include "kernel/actor.h"

/* Boots the kernel with supervisor and init; once a process. */
void machine_boot(void);

/* Where the kernel is left to when everything waits for something that will
 * never come. */
extern jmp_buf machine_idle;

/* Writes into memory of an actor, whatever its protection; false: there is
 * none. */
bool machine_poke(const struct actor *actor, uint64_t at, const void *from,
                  size_t size);

/* The n-th thing that the kernel asks for from now on is refused: a frame, a
 * descriptor, a thread, a place in the bank, an actor's slot.  0: nothing. */
void machine_refuse(unsigned nth);

/* Whether that has happened. */
bool machine_refused(void);

/* Breaks each thing that kernel/check.c looks at, and mends it: ends the
 * fuzzer if that is not seen (checks_fire.c).  After machine_boot(). */
void checks_fire(void);

/* Called after each read of user memory, with what was read. */
extern void (*machine_read_hook)(uint64_t at, size_t size);

#endif
