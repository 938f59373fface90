/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a life begins with: image, stack, arguments and a thread.  The first
 * life of an actor makes them; the next ones put back what was changed.
 */
#include "kernel/life.h"

#define STACK_START (ASPACE_STACK_TOP - USER_STACK_SIZE_BYTES)

static KnError stack_build(struct aspace *space)
{
    struct region stack = {
        .start = STACK_START,
        .size = USER_STACK_SIZE_BYTES,
        .options = K_WRITABLE,
        .kind = K_RGN_STACK,
    };
    KnError error = aspace_add_memory(space, &stack);

    if (error == K_OK)
        error = aspace_reserve(space, stack.start - ASPACE_STACK_GUARD,
                               ASPACE_STACK_GUARD);
    if (error == K_OK)
        error = aspace_reserve(space, ASPACE_STACK_TOP, ASPACE_STACK_GUARD);
    return error;
}

static KnError main_thread_start(struct actor *actor)
{
    uint64_t args[3];
    struct thread_start start = {
        .entry = uaddr(actor->image->entry),
        .stack = uaddr(args_build(&actor->args, &actor->spawn, &actor->space,
                                  args)),
        .priority = actor->priority,
    };
    struct thread *thread = actor_thread(actor);

    if (thread != NULL)
        thread_renew(thread, &start);
    else
        thread = thread_create(actor, &start);
    if (thread == NULL)
        return K_ENOMEM;
    arch_context_set_args(&thread->context, args);
    thread_activate(thread);
    return K_OK;
}

/* Lays out image and stack in an empty space. */
static KnError space_build(struct actor *actor)
{
    KnError error = image_build(actor->image, &actor->space);

    if (error == K_OK)
        error = stack_build(&actor->space);
    if (error == K_OK)
        aspace_note_layout(&actor->space);
    return error;
}

/* Puts back what the last life has written to. */
static KnError space_restore(struct actor *actor)
{
    aspace_restore(&actor->space, STACK_START, USER_STACK_SIZE_BYTES, NULL, 0);
    return image_restore(actor->image, &actor->space);
}

KnError life_build(struct actor *actor)
{
    KnError error;

    if (actor->image == NULL)
        return K_OK;
    error = actor->space.laid_out ? space_restore(actor) : space_build(actor);
    if (error == K_OK)
        error = main_thread_start(actor);
    return error;
}
