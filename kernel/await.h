/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting for the end of a life.  Whoever starts an actor and wants to know
 * how it ends is promised that: the promise is a record, taken before the
 * start, and kept until it is asked for or the one who may ask has ended.  So
 * an end before the question is not lost, and nobody's forgotten children
 * fill a table for ever.
 */
#ifndef KERNEL_AWAIT_H
#define KERNEL_AWAIT_H

#include "kernel/actor.h"

struct call;

/* Sets memory aside for so many promises.  Once a start. */
void await_init(unsigned count);

/* Whether parent may be promised one more end. */
bool await_can_promise(const struct actor *parent);

/* Promises parent the end of the present life of child; the room for it has
 * been asked for. */
void await_promise(struct actor *parent, struct actor *child);

/* The present life of actor ends in this way: whoever waits is told, and what
 * it was promised itself is forgotten. */
void await_end(struct actor *actor, int end);

/* A thread that has waited finds this in await_status, with the status. */
#define AWAIT_TOLD 0x10000

/* actorAwait(): waits for the end of the life that cap names.  K_OK with its
 * status, if it has ended; else a negative error, or CALL_PENDING. */
long await_wait(const struct call *call, const KnCap *cap,
                uint64_t deadline_ns, int *status);

/* The capability of a life whose end parent was promised: that of a child that
 * has ended before its parent could ask for it. */
bool await_cap(const struct actor *parent, int aid, KnCap *cap);

/* The caller has got it: a promise is kept. */
void await_done(struct actor *parent, int aid);

/* Promises that are not kept yet, for tests of leaks. */
unsigned await_open(void);

#endif
