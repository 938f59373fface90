/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Faults on purpose: who may commit them, and where.
 *
 *      arun inject, arun -t inject     both refused, unless the kernel's
 *                                      command line has test.inject=1:
 *      arun -t inject allowed          limits, and a constant that changes
 */
#include <pmm/chPmm.h>
#include <reprise.h>
#include <string.h>

#include "check.h"

static const volatile char constant[4] = {1, 2, 3, 4};
static char variable[4] = {1, 2, 3, 4};

static int self(void)
{
    static KnActorInfo list[64];
    int count = actorList(list, sizeof(list));

    for (int i = 0; i < count; i++) {
        if (strcmp(list[i].name, "inject") == 0) {
            return list[i].aid;
        }
    }
    return -1;
}

static int touch(int where, VmAddr offset, unsigned size)
{
    KnInject inject = {.where = where, .size = size, .offset = offset};

    return sysInject(&inject); /* flips no bit */
}

static void refused(void)
{
    char mask[1] = {0};

    CHECK_RESULT(touch(K_INJECT_DATA, 0, 1), K_EPRIV);
    CHECK_RESULT(touch(K_INJECT_PLANT, 0, 0), K_EPRIV);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)variable, mask, 1),
                 K_EPRIV);
}

/* The first and the last byte of each part, and the one behind. */
static void kernel_limits(void)
{
    for (int where = K_INJECT_TEXT; where <= K_INJECT_RECORD; where++) {
        VmAddr low = 0, high = 1ul << 32;

        CHECK_RESULT(touch(where, 0, 1), K_OK);
        CHECK_RESULT(touch(where, 0, 0), K_ESIZE);
        CHECK_RESULT(touch(where, 0, K_INJECT_BYTES), K_OK);
        CHECK_RESULT(touch(where, 0, K_INJECT_BYTES + 1), K_ESIZE);
        CHECK_RESULT(touch(where, ~0ul, 1), K_EADDR);
        while (low + 1 < high) {
            VmAddr middle = low + (high - low) / 2;

            if (touch(where, middle, 1) == K_OK) {
                low = middle;
            } else {
                high = middle;
            }
        }
        CHECK_RESULT(touch(where, low, 2), K_EADDR);
        CHECK_RESULT(touch(where, low - 1, 2), K_OK);
    }
    CHECK_RESULT(touch(0, 0, 1), K_EINVAL);
    CHECK_RESULT(touch(K_INJECT_PLANT + 1, 0, 1), K_EINVAL);
    CHECK_RESULT(touch(K_INJECT_PLANT, 1000, 1), K_EUNKNOWN);
    CHECK_RESULT(sysInject((const KnInject *)1), K_EFAULT);
}

static void actors(void)
{
    PmmName name = {"RAM", "inject"};
    char mask[K_INJECT_BYTES + 1] = {0, 0x10};
    VmAddr block, end = ((VmAddr)constant | (K_PAGE_SIZE - 1)) + 1;

    CHECK_RESULT((int)actorInject(self(), (VmAddr)variable, mask, 4), 4);
    CHECK(variable[0] == 1 && variable[1] == 0x12 && variable[2] == 3);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)constant, mask, 2), 2);
    CHECK(constant[0] == 1 && constant[1] == 0x12 && constant[2] == 3);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)constant, mask, 2), 2);
    CHECK(constant[1] == 2);
    memset(mask, 0, sizeof(mask));
    CHECK_RESULT((int)actorInject(self(), (VmAddr)self, mask, 1), 1);
    CHECK_RESULT((int)actorInject(self(), end - 3, mask, 8), 3);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)variable, mask, 0), K_ESIZE);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)variable, mask,
                                  K_INJECT_BYTES + 1), K_ESIZE);
    CHECK_RESULT((int)actorInject(self(), 0, mask, 1), K_EADDR);
    CHECK_RESULT((int)actorInject(1 << 30, (VmAddr)variable, mask, 1),
                 K_EUNKNOWN);
    CHECK_RESULT((int)actorInject(self(), (VmAddr)variable, (void *)1, 1),
                 K_EFAULT);
    CHECK_RESULT(pmmAllocate(&block, &name, 1, NULL, 0), K_OK);
    CHECK_RESULT((int)actorInject(self(), block, mask, 1), K_EADDR);
    CHECK_RESULT(pmmFree(&name), K_OK);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "allowed") == 0) {
        kernel_limits();
        actors();
    } else {
        refused();
    }
    check_report("inject");
    return 0;
}
