/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actors: an address space, its threads and its blocks, built from an image
 * as often as it takes.  This file makes lives and ends them; who gets another
 * one is kernel/restart.c's business.
 */
#ifndef KERNEL_ACTOR_H
#define KERNEL_ACTOR_H

#include "kernel/image.h"
#include "kernel/thread.h"
#include "mm/aspace.h"
#include "mm/pmm.h"

/* What the kernel does when a life of the actor ends abnormally. */
enum actor_role {
    ACTOR_PLAIN,       /* nothing: it is gone */
    ACTOR_RESTARTABLE, /* stops its group and tells the supervisor */
    ACTOR_BOOT,        /* builds it again at once */
};

struct actor {
    int state; /* 0: free slot, else HR_ACTOR_... */
    enum actor_role role;
    int aid;          /* of this life; never used twice */
    uint64_t key;     /* of its capability */
    KnActorPrivilege privilege;
    KnActorSpawn spawn; /* what it was started with */
    struct image *image;
    struct aspace space;
    struct pmm_holder holder;
    struct link threads;
    unsigned thread_count;
    KnThreadLid next_lid;
    unsigned priority;

    unsigned restarts; /* lives before this one */
    HrStartKind kind;
    uint64_t life_start_ns;
    unsigned deaths;   /* of a boot actor, soon one after the other */
    bool clean;        /* it has called hrExitHdl(): any end is a clean one */
    int end;           /* HR_END_... of the last life */
    int exit_status;
    char fault[80];    /* the last fault in words */
    uint64_t objects;  /* actorPublish(): for actorPeek(); 0: nothing */
    unsigned object_count;
};

/* What actor_create() makes an actor from. */
struct actor_plan {
    const KnActorSpawn *spawn;
    enum actor_role role;
    KnActorPrivilege privilege;
    unsigned priority;
};

/* Empties the table.  Once a start. */
void actor_init(void);

/* Takes a slot and opens the image; the actor is HR_ACTOR_NEW.  K_OK,
 * K_EUNKNOWN, K_ENOEXEC, K_EINVAL (arguments), K_ENOMEM. */
KnError actor_create(const struct actor_plan *plan, struct actor **actor)
    __attribute__((warn_unused_result));

/* Begins a life: builds the space and starts the main thread.  From
 * HR_ACTOR_NEW or HR_ACTOR_DOWN to HR_ACTOR_RUNNING.  K_OK, K_ENOMEM or
 * K_EFAIL; then nothing has changed. */
KnError actor_start(struct actor *actor) __attribute__((warn_unused_result));

/* Ends a life: threads, regions and held blocks go; the actor is left in
 * state, HR_ACTOR_DOWN or HR_ACTOR_ENDED. */
void actor_stop(struct actor *actor, int state, int end);

/* Frees the slot of an actor that does not run. */
void actor_discard(struct actor *actor);

/* Looks one up; NULL: no such life. */
struct actor *actor_find(int aid);

/* The actor that a capability names (NULL: caller).  K_OK or K_EUNKNOWN. */
KnError actor_by_cap(struct actor *caller, const KnCap *cap,
                     struct actor **actor) __attribute__((warn_unused_result));

/* Its capability. */
KnCap actor_cap(const struct actor *actor);

/* May use privileged calls. */
bool actor_trusted(const struct actor *actor);

/* Walks all actors, NULL first and last. */
struct actor *actor_next(struct actor *actor);

/* Describes one for actorList(). */
void actor_describe(const struct actor *actor, KnActorInfo *info);

/* argv[0] without folders. */
const char *actor_name(const struct actor *actor);

#endif
