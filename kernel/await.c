/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Waiting for the end of a life.
 */
#include "kernel/await.h"

#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/trap.h"

/* One promise.  The capability is the life's: it stays good for this purpose
 * after the life has ended. */
struct promise {
    int parent; /* aid; 0: free */
    KnCap child;
    bool over;
    int status; /* of the end */
};

static struct {
    struct promise all[PROMISES_MAX];
    struct link waiting; /* threads in actorAwait() */
} awaits;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)

void await_init(void)
{
    list_init(&awaits.waiting);
}

static struct promise *promise_find(int parent, int child)
{
    for (unsigned i = 0; i < PROMISES_MAX; i++) {
        struct promise *at = &awaits.all[i];

        if (at->parent == parent && (int)at->child.ui.uiTail == child)
            return at;
    }
    return NULL;
}

unsigned await_open(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PROMISES_MAX; i++)
        count += awaits.all[i].parent != 0;
    return count;
}

bool await_can_promise(const struct actor *parent)
{
    return parent->promises < PROMISES_PER_ACTOR_MAX &&
           await_open() < PROMISES_MAX;
}

void await_promise(struct actor *parent, struct actor *child)
{
    struct promise *promise = awaits.all;

    while (promise < awaits.all + PROMISES_MAX && promise->parent != 0)
        promise++;
    ASSERT(promise < awaits.all + PROMISES_MAX);
    *promise = (struct promise){.parent = parent->aid,
                                .child = actor_cap(child)};
    child->promised_to = parent->aid;
    parent->promises++;
}

void await_done(struct actor *parent, int aid)
{
    struct promise *promise = promise_find(parent->aid, aid);

    if (promise == NULL)
        return;
    ASSERT(parent->promises > 0);
    parent->promises--;
    promise->parent = 0;
}

/* ---- What is told -------------------------------------------------------- */

static int event_of(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_PAGE:
        return K_EVENT_MEMORY;
    case FAULT_DIVIDE:
        return K_EVENT_DIVIDE;
    case FAULT_FLOAT:
        return K_EVENT_FLOAT;
    case FAULT_ILLEGAL:
        return K_EVENT_ILLEGAL;
    case FAULT_PRIVILEGED:
        return K_EVENT_PRIVILEGED;
    case FAULT_ALIGNMENT:
        return K_EVENT_ALIGNMENT;
    case FAULT_BREAKPOINT:
        return K_EVENT_BREAKPOINT;
    case FAULT_SAID:
        return K_EVENT_WORDS;
    default:
        return K_EVENT_OTHER;
    }
}

static int status_of(const struct actor *actor, int end)
{
    if (actor->event != 0)
        return K_STATUS_KILL(actor->event);
    switch (end) {
    case HR_END_FAULT:
        return K_STATUS_KILL(event_of(actor->fault.fault.kind));
    case HR_END_EXIT:
        return K_STATUS_EXIT(actor->exit_status);
    case HR_END_KILL:
        return K_STATUS_KILL(K_EVENT_AKILL);
    case HR_END_GROUP:
        return K_STATUS_KILL(K_EVENT_GROUP);
    case HR_END_RESTART:
        return K_STATUS_KILL(K_EVENT_RESTART);
    case HR_END_SILENT:
        return K_STATUS_KILL(K_EVENT_SILENT);
    case HR_END_STOP:
        return K_STATUS_KILL(K_EVENT_STOP);
    default:
        return K_STATUS_KILL(K_EVENT_OTHER);
    }
}

static void wake_waiting(int aid, int status)
{
    struct link *at = awaits.waiting.next;

    while (at != &awaits.waiting) {
        struct thread *thread = IN_QUEUE(at);

        at = at->next;
        if (thread->await_aid != aid)
            continue;
        thread->await_status = status | AWAIT_TOLD;
        thread_wake_again(thread);
    }
}

static void promises_forget(struct actor *parent)
{
    for (unsigned i = 0; i < PROMISES_MAX && parent->promises > 0; i++) {
        if (awaits.all[i].parent == parent->aid)
            await_done(parent, (int)awaits.all[i].child.ui.uiTail);
    }
    ASSERT(parent->promises == 0);
}

void await_end(struct actor *actor, int end)
{
    int status = status_of(actor, end);
    struct promise *promise;

    if (actor->promised_to != 0) {
        promise = promise_find(actor->promised_to, actor->aid);
        if (promise != NULL) {
            promise->over = true;
            promise->status = status;
        }
        actor->promised_to = 0;
    }
    wake_waiting(actor->aid, status);
    promises_forget(actor);
}

/* ---- The wait ------------------------------------------------------------ */

static bool is_due(const struct promise *promise, const KnCap *cap)
{
    return promise != NULL && promise->over &&
           memcmp(&promise->child, cap, sizeof(*cap)) == 0;
}

static KnError may_wait(const struct call *call, const KnCap *cap)
{
    struct actor *target;
    KnError error = actor_by_cap(call->actor, cap, &target);

    if (error != K_OK)
        return error;
    if (target == call->actor)
        return K_EINVAL;
    if (target->promised_to != call->actor->aid && !actor_trusted(call->actor))
        return K_EPRIV;
    return K_OK;
}

long await_wait(const struct call *call, const KnCap *cap,
                uint64_t deadline_ns, int *status)
{
    int aid = (int)cap->ui.uiTail;
    const struct promise *promise = promise_find(call->actor->aid, aid);
    KnError error;

    if (is_due(promise, cap)) {
        *status = promise->status;
        return K_OK;
    }
    error = may_wait(call, cap);
    if (error != K_OK)
        return error;
    if (deadline_ns == 0)
        return K_ETIMEOUT;
    if (thread_aborted(call->thread))
        return K_EABORT;
    call->thread->await_aid = aid;
    thread_wait(&awaits.waiting, deadline_ns, K_ETIMEOUT);
    return CALL_PENDING;
}
