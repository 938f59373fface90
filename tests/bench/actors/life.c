/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A small program that crashes again and again, and measures how long it takes
 * to have its block back: the counter is written into it right before the
 * faulting instruction, and read right after its first word was.
 */
#include "life.h"

#include <hr/hr.h>
#include <pmm/chPmm.h>

/* Time for what is printed about the crash, and for the policy to forgive. */
#define PEACE_NS 20000000l

int main(int argc, char **argv)
{
    PmmName name = {"RAM", LIFE_BLOCK};
    KnTimeVal peace = {0, PEACE_NS};
    VmAddr address = 0;
    uint64_t start = counter_read();
    KnError error = pmmAllocate(&address, &name, sizeof(struct life), NULL, 0);
    struct life *life = (struct life *)address;
    uint64_t fault, end;

    bench_must("the block of a life", error);
    fault = *(volatile uint64_t *)&life->fault;
    end = counter_read();
    if (fault != 0) {
        bench_add(&life->restart, fault, end);
        bench_add(&life->attach, start, end);
    }
    if (life->restart.count == BENCH_ROUNDS) {
        bench_tell("restart", &life->restart);
        bench_tell("attach", &life->attach);
        pmmFree(&name);
        HR_EXIT_HDL();
        bench_next(argc - 1, argv + 1);
        return 0;
    }
    (void)threadDelay(&peace);
    life->fault = counter_read();
    __builtin_trap();
}
