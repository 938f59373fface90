/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls that do harm on purpose, in the kernel and in actors, so that
 * campaigns of faults need no help from outside the machine.  They are refused
 * unless the command line asks for them with test.inject=1.
 */
#include "arch/arch.h"
#include "boot/boot_info.h"
#include "boot/image.h"
#include "kernel/cmdline.h"
#include "kernel/planted.h"
#include "kernel/syscall.h"
#include "mm/kspace.h"

/* A range of the kernel's own addresses. */
struct target {
    char *start, *end;
    bool sealed; /* the kernel cannot write it where it is */
};

static bool allowed(void)
{
    return cmdline_is("test.inject", "1");
}

/* The stack is that of this call: all that lies above is in use. */
static struct target target_of(const struct call *call, int where)
{
    char *table = kspace_pointer(call->actor->space.ptab.root);
    char *record = (char *)&boot_info;

    switch (where) {
    case K_INJECT_TEXT:
        return (struct target){image_start, text_end, true};
    case K_INJECT_CONSTANTS:
        return (struct target){text_end, image_end, true};
    case K_INJECT_DATA:
        return (struct target){data_start, kernel_stack_guard, false};
    case K_INJECT_STACK:
        return (struct target){__builtin_frame_address(0), kernel_stack_top,
                               false};
    case K_INJECT_TABLE:
        return (struct target){table, table + PAGE_SIZE, false};
    case K_INJECT_RECORD:
        return (struct target){record, record + sizeof(boot_info), false};
    default:
        return (struct target){NULL, NULL, false};
    }
}

static void flip(volatile char *memory, const unsigned char *mask, size_t size)
{
    for (size_t i = 0; i < size; i++)
        memory[i] = (char)(memory[i] ^ mask[i]);
}

/* By way of the window, page by page. */
static void flip_sealed(char *place, const unsigned char *mask, size_t size)
{
    while (size > 0) {
        uint64_t offset = (uintptr_t)place & PAGE_MASK;
        size_t part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
        char *page = kspace_window_open(arch_image_physical(place - offset));

        flip(page + offset, mask, part);
        arch_code_sync(page + offset, part);
        kspace_window_close();
        place += part;
        mask += part;
        size -= part;
    }
}

long sys_sysInject(struct call *call)
{
    struct target target;
    KnInject inject;
    size_t size;

    if (!allowed())
        return K_EPRIV;
    if (call_in(call, &inject, call->arg[0], sizeof(inject)) != K_OK)
        return K_EFAULT;
    if (inject.where == K_INJECT_PLANT)
        return planted_commit((unsigned)inject.offset) ? K_OK : K_EUNKNOWN;
    target = target_of(call, inject.where);
    size = (size_t)(target.end - target.start);
    if (target.start == NULL)
        return K_EINVAL;
    if (inject.size == 0 || inject.size > K_INJECT_BYTES)
        return K_ESIZE;
    if (inject.size > size || inject.offset > size - inject.size)
        return K_EADDR;
    if (target.sealed)
        flip_sealed(target.start + inject.offset, inject.mask, inject.size);
    else
        flip(target.start + inject.offset, inject.mask, inject.size);
    return K_OK;
}

long sys_actorInject(struct call *call)
{
    struct actor *actor = actor_find((int)call->arg[0]);
    char mask[K_INJECT_BYTES];
    uint64_t size = call->arg[3];

    if (!allowed())
        return K_EPRIV;
    if (size == 0 || size > sizeof(mask))
        return K_ESIZE;
    if (call_in(call, mask, call->arg[2], size) != K_OK)
        return K_EFAULT;
    if (actor == NULL || actor->state != HR_ACTOR_RUNNING)
        return K_EUNKNOWN;
    size = aspace_flip(&actor->space, call->arg[1], mask, size);
    return size > 0 ? (long)size : K_EADDR;
}
