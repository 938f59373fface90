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
#include "mm/stock.h"

/* One promise.  The capability is the life's: it stays good for this purpose
 * after the life has ended. */
struct promise {
    struct avl_node node; /* of the parent's, by the child's id */
    KnCap child;
    bool over;
    int status; /* of the end */
};

static struct {
    struct stock stock;
    unsigned count; /* of promises, in all */
} awaits;

#define IN_QUEUE(link) LIST_ENTRY(link, struct thread, in_queue)
#define PROMISE(node_) AVL_ENTRY(node_, struct promise, node)

void await_init(unsigned count)
{
    stock_init(&awaits.stock, sizeof(struct promise), count);
    awaits.count = count;
}

static int child_of(const struct promise *promise)
{
    return (int)promise->child.ui.uiTail;
}

static struct promise *promise_find(const struct actor *parent, int child)
{
    struct avl_node *at = parent->promises.root;

    while (at != NULL && child_of(PROMISE(at)) != child)
        at = at->child[child_of(PROMISE(at)) < child];
    return at == NULL ? NULL : PROMISE(at);
}

unsigned await_open(void)
{
    return awaits.count - stock_available(&awaits.stock);
}

bool await_can_promise(const struct actor *parent)
{
    return parent->promise_count < PROMISES_PER_ACTOR_MAX &&
           stock_available(&awaits.stock) > 0;
}

static void promise_insert(struct avl *tree, struct promise *promise)
{
    struct avl_node *parent = NULL, *at = tree->root;
    unsigned side = 0;

    while (at != NULL) {
        parent = at;
        side = child_of(PROMISE(at)) < child_of(promise);
        at = at->child[side];
    }
    avl_insert(tree, parent, side, &promise->node);
}

void await_promise(struct actor *parent, struct actor *child)
{
    struct promise *promise = stock_take(&awaits.stock);

    *promise = (struct promise){.child = actor_cap(child)};
    promise_insert(&parent->promises, promise);
    child->promised_to = parent->aid;
    parent->promise_count++;
}

static void promise_drop(struct actor *parent, struct promise *promise)
{
    ASSERT(parent->promise_count > 0);
    parent->promise_count--;
    avl_remove(&parent->promises, &promise->node);
    stock_give(&awaits.stock, promise);
}

void await_done(struct actor *parent, int aid)
{
    struct promise *promise = promise_find(parent, aid);

    if (promise != NULL)
        promise_drop(parent, promise);
}

bool await_cap(const struct actor *parent, int aid, KnCap *cap)
{
    const struct promise *promise = promise_find(parent, aid);

    if (promise == NULL)
        return false;
    *cap = promise->child;
    return true;
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

static void wake_waiting(struct actor *actor, int status)
{
    while (!list_empty(&actor->awaiting)) {
        struct thread *thread = IN_QUEUE(actor->awaiting.next);

        ASSERT(thread->await_aid == actor->aid);
        thread->await_status = status | AWAIT_TOLD;
        thread_wake_again(thread);
    }
}

static void promises_forget(struct actor *parent)
{
    while (parent->promises.root != NULL)
        promise_drop(parent, PROMISE(parent->promises.root));
    ASSERT(parent->promise_count == 0);
}

/* What was promised about the life's end is written down, if the one who may
 * ask still lives the life that was promised it. */
static void promise_keep(struct actor *actor, int status)
{
    const struct actor *parent = actor_find(actor->promised_to);
    struct promise *promise =
        parent == NULL ? NULL : promise_find(parent, actor->aid);

    actor->promised_to = 0;
    if (promise == NULL)
        return;
    promise->over = true;
    promise->status = status;
}

void await_end(struct actor *actor, int end)
{
    if (actor->promised_to != 0)
        promise_keep(actor, status_of(actor, end));
    if (!list_empty(&actor->awaiting))
        wake_waiting(actor, status_of(actor, end));
    promises_forget(actor);
}

/* ---- The wait ------------------------------------------------------------ */

static bool is_due(const struct promise *promise, const KnCap *cap)
{
    return promise != NULL && promise->over &&
           memcmp(&promise->child, cap, sizeof(*cap)) == 0;
}

static KnError may_wait(const struct call *call, const KnCap *cap,
                        struct actor **target)
{
    KnError error = actor_by_cap(call->actor, cap, target);

    if (error != K_OK)
        return error;
    if (*target == call->actor)
        return K_EINVAL;
    if ((*target)->promised_to != call->actor->aid &&
        !actor_trusted(call->actor))
        return K_EPRIV;
    return K_OK;
}

long await_wait(const struct call *call, const KnCap *cap,
                uint64_t deadline_ns, int *status)
{
    int aid = (int)cap->ui.uiTail;
    const struct promise *promise = promise_find(call->actor, aid);
    struct actor *target;
    KnError error;

    if (is_due(promise, cap)) {
        *status = promise->status;
        return K_OK;
    }
    error = may_wait(call, cap, &target);
    if (error != K_OK)
        return error;
    if (deadline_ns == 0)
        return K_ETIMEOUT;
    if (thread_aborted(call->thread))
        return K_EABORT;
    call->thread->await_aid = aid;
    thread_wait(&target->awaiting, deadline_ns, K_ETIMEOUT);
    return CALL_PENDING;
}
