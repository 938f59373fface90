/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actors: an address space, its threads and its blocks, built from an image
 * as often as it takes.  This file makes lives and ends them; who gets another
 * one is kernel/restart.c's business.
 */
#ifndef KERNEL_ACTOR_H
#define KERNEL_ACTOR_H

#include "kernel/args.h"
#include "kernel/fault.h"
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

/* Kept by the scheduler. */
struct actor_account {
    unsigned ready;          /* threads that want to run */
    uint64_t ready_since_ns; /* with .ready */
    uint64_t ready_ns;       /* before that */
    uint64_t cpu_ns;         /* time in which one of them did run */
};

struct actor {
    int state; /* HR_ACTOR_...; 0: free */
    enum actor_role role;
    int aid;          /* of this life; never used twice */
    int first_aid;    /* of the first one */
    uint64_t key;     /* of its capability; 0: nobody has asked for it yet */
    KnActorPrivilege privilege;
    KnActorSpawn spawn; /* what it was started with */
    struct args_kept args; /* of .spawn */
    struct image *image;
    char name[K_ACTORNAMEMAX]; /* for people; see actor_rename() */
    struct aspace space;
    struct pmm_holder holder;
    struct actor *next_by_aid;    /* these are kept by the census */
    struct link in_all, in_group; /* ... */
    struct avl_node by_base;      /* ... of an indirect member */
    struct link threads; /* when it is down, its next life's first, INACTIVE */
    struct avl lids;  /* the same, by their ids */
    unsigned thread_count;
    KnThreadLid next_lid;
    unsigned priority;

    unsigned restarts; /* lives before this one */
    HrStartKind kind;
    uint64_t life_start_ns;
    unsigned deaths;   /* of a boot actor, soon one after the other */
    bool clean;        /* it has called hrExitHdl(): any end is clean */
    bool healthy;      /* it has called hrHealthy() in this life */
    unsigned beat_ms;  /* hrHeartbeat(): period, 0: none */
    uint64_t beat_ns, beat_starved_ns; /* at the last beat */
    struct actor_account account;
    bool stopped;      /* by actorStop(): no thread of it runs */
    struct link owned;    /* actors that this life has made: actorCreate() */
    struct link in_owner; /* in the list of the life that has made it */
    int event;         /* K_EVENT_... of the end, if .end does not tell it */
    int promised_to;     /* aid of who is promised the end of this life, or 0 */
    struct avl promises; /* of other lives' ends, to this one (await.c) */
    unsigned promise_count;
    struct link awaiting; /* threads that wait for the end of this life */
    int end;           /* HR_END_... of the last life */
    int exit_status;
    struct fault_note fault; /* the last one; FAULT_NONE: there was none */
    uint64_t objects;  /* actorPublish(): for actorPeek(); 0: nothing */
    unsigned object_count;
};

/* What actor_create() makes an actor from. */
struct actor_plan {
    const KnActorSpawn *spawn;
    enum actor_role role;
    KnActorPrivilege privilege;
    unsigned priority;
    const struct actor *owner; /* of one without an image, else NULL */
};

/* Sets memory aside for so many actors.  Once a start. */
void actor_init(unsigned count);

/* Takes a descriptor and opens the image; the actor is HR_ACTOR_NEW.  K_OK,
 * K_EUNKNOWN, K_ENOEXEC, K_EINVAL (arguments), K_ENOMEM. */
KnError actor_create(const struct actor_plan *plan, struct actor **actor)
    __attribute__((warn_unused_result));

/* Gives the next life of an actor that does not run other arguments.  K_OK
 * or K_EINVAL. */
KnError actor_set_args(struct actor *actor, const KnActorSpawn *spawn)
    __attribute__((warn_unused_result));

/* actorCreate(): an actor without an image, and without a thread, that runs
 * already; it ends with the present life of its owner.  K_OK or K_ENOMEM. */
KnError actor_create_bare(struct actor *owner,
                          KnActorPrivilege privilege, struct actor **actor)
    __attribute__((warn_unused_result));

/* Gives an actor another name; longer ones are cut. */
void actor_rename(struct actor *actor, const char *name);

/* Begins a life: builds the space and starts the main thread.  From
 * HR_ACTOR_NEW, HR_ACTOR_DOWN or HR_ACTOR_ENDED to HR_ACTOR_RUNNING.  K_OK,
 * K_ENOMEM or K_EFAIL; then nothing has changed. */
KnError actor_start(struct actor *actor) __attribute__((warn_unused_result));

/* The actor shows that it does not hang: the next sign within period_ms, 0:
 * no more. */
void actor_beat(struct actor *actor, unsigned period_ms);

/* How many milliseconds ago the last sign was, time aside in which the actor
 * wanted to run and others did; 0: it has promised none. */
unsigned actor_quiet_ms(const struct actor *actor);

/* Ends a life: threads, regions and held blocks go; the actor is left in
 * state, HR_ACTOR_DOWN or HR_ACTOR_ENDED.  One that is down keeps the memory
 * for its data and stack, so that its next life cannot fail for lack of it. */
void actor_stop(struct actor *actor, int state, int end);

/* Ends and frees the actors whose owner's life has ended, and theirs. */
void actor_end_orphans(void);

/* Frees an actor that does not run. */
void actor_discard(struct actor *actor);

/* Looks one up; NULL: no such life. */
struct actor *actor_find(int aid);

/* The actor that a capability names (NULL: caller).  K_OK or K_EUNKNOWN. */
KnError actor_by_cap(struct actor *caller, const KnCap *cap,
                     struct actor **actor) __attribute__((warn_unused_result));

/* Its capability. */
KnCap actor_cap(struct actor *actor);

/* The first of its threads, or NULL. */
struct thread *actor_thread(const struct actor *actor);

/* Its threads, but for one that waits for the next life. */
unsigned actor_threads(const struct actor *actor);

/* May use privileged calls. */
bool actor_trusted(const struct actor *actor);

/* Walks all actors in order of their creation, NULL first and last. */
struct actor *actor_next(struct actor *actor);

/* Walks the members of a restart group in the same way. */
struct actor *actor_next_in_group(int group, struct actor *actor);

/* Describes one for actorList(), but for the words of its last fault. */
void actor_describe(const struct actor *actor, KnActorInfo *info);

/* Describes those words: "" if there was no fault. */
void actor_describe_fault(const struct actor *actor, char *text, size_t size);

/* argv[0] without folders. */
const char *actor_name(const struct actor *actor);

#endif
