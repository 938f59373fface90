/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls on persistent memory.
 */
#include "kernel/syscall.h"
#include "mm/pmm.h"
#include "mm/ucopy.h"

/* Bytes of a block that one pmmRead() call copies, at most. */
#define READ_MAX 1024

/* Copies in a deletion key of size bytes, at most sizeof(PmmDelKey). */
static KnError key_in(const struct call *call, PmmDelKey key, uint64_t at,
                      uint64_t size)
{
    if (size > sizeof(PmmDelKey))
        return K_ESIZE;
    return size == 0 ? K_OK : call_in(call, key, at, size);
}

long sys_pmmAllocate(struct call *call)
{
    uint64_t to = call->arg[0], key_at = call->arg[3];
    uint64_t key_size = call->arg[4];
    PmmDelKey key = {0};
    PmmName name;
    VmAddr address;
    KnError error = call_in(call, &name, call->arg[1], sizeof(name));

    if (error == K_OK)
        error = key_in(call, key, key_at, key_size);
    if (error == K_OK)
        error = ucopy_out_check(&call->actor->space, uaddr(to),
                                sizeof(address));
    if (error == K_OK)
        error = pmm_allocate(&call->actor->holder, &(struct pmm_request){
            .name = &name,
            .size = call->arg[2],
            .key = key_size == 0 ? NULL : key,
            .key_size = (unsigned)key_size,
        }, &address);
    if (error == K_OK)
        ucopy_out_checked(uaddr(to), &address, sizeof(address));
    return error;
}

long sys_pmmFree(struct call *call)
{
    PmmName name;
    KnError error = ucopy_in(&call->actor->space, &name, uaddr(call->arg[0]),
                             sizeof(name));

    return error == K_OK ? pmm_free(&call->actor->holder, &name) : error;
}

long sys_pmmSeal(struct call *call)
{
    PmmName name;
    KnError error = call_in(call, &name, call->arg[0], sizeof(name));

    return error == K_OK ? pmm_seal(&call->actor->holder, &name) : error;
}

long sys_pmmUnseal(struct call *call)
{
    PmmName name;
    KnError error = call_in(call, &name, call->arg[0], sizeof(name));

    return error == K_OK ? pmm_unseal(&call->actor->holder, &name) : error;
}

long sys_pmmFreeAll(struct call *call)
{
    uint64_t key_size = call->arg[1];
    PmmDelKey key = {0};
    KnError error;

    if (call->arg[0] == 0)
        return K_EINVAL;
    error = key_in(call, key, call->arg[0], key_size);
    if (error != K_OK)
        return error;
    return pmm_free_all(&call->actor->holder, key, (unsigned)key_size);
}

long sys_pmmRead(struct call *call)
{
    char bytes[READ_MAX];
    uint64_t size = call->arg[3] < READ_MAX ? call->arg[3] : READ_MAX;
    PmmName name;
    KnError error = call_in(call, &name, call->arg[0], sizeof(name));
    long count;

    if (error != K_OK)
        return error;
    count = pmm_read(&name, call->arg[1], bytes, size);
    if (count <= 0)
        return count;
    error = call_out(call, call->arg[2], bytes, (size_t)count);
    return error == K_OK ? count : error;
}

long sys_pmmList(struct call *call)
{
    uint64_t to = call->arg[0], fit = call->arg[1] / sizeof(PmmBlockInfo);
    unsigned total = bank_usage().blocks;
    unsigned count = fit < total ? (unsigned)fit : total;
    KnError error = ucopy_out_check(&call->actor->space, uaddr(to),
                                    count * sizeof(PmmBlockInfo));
    int slot = 0;

    if (error != K_OK)
        return error;
    for (unsigned i = 0; i < count; i++, slot++) {
        PmmBlockInfo info;

        slot = bank_next(slot);
        pmm_describe((unsigned)slot, &info);
        ucopy_out_checked(uaddr(to + i * sizeof(info)), &info, sizeof(info));
    }
    return total;
}
