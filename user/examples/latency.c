/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How long a crash takes: from the faulting instruction of one life to main()
 * of the next.  Start it with
 *
 *      arun -g latency
 *
 * Under QEMU's -icount shift=0 one instruction takes one nanosecond, so that
 * the figures are instruction counts, the same in every run.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <stdio.h>
#include <stdlib.h>

#define CRASHES 10

struct record {
    unsigned crashes;
    long crash_ns;        /* when the last crash began */
    long took_ns[CRASHES];
};

static long now_ns(void)
{
    KnTimeVal now;

    sysTime(&now);
    return now.tmSec * 1000000000L + now.tmNSec;
}

static struct record *find_record(PmmName *name)
{
    VmAddr address;

    if (pmmAllocate(&address, name, sizeof(struct record), NULL, 0) != K_OK) {
        printf("latency: no block\n");
        HR_EXIT_HDL();
        exit(1);
    }
    return (struct record *)address;
}

static void tell(const struct record *record)
{
    printf("latency: fault to main(), ns:");
    for (unsigned i = 0; i < CRASHES; i++) {
        printf(" %ld", record->took_ns[i]);
    }
    printf("\n");
}

int main(void)
{
    long now = now_ns();
    PmmName name = {"RAM", "latency.record"};
    struct record *record = find_record(&name);

    if (record->crashes > 0) {
        record->took_ns[record->crashes - 1] = now - record->crash_ns;
    }
    if (record->crashes == CRASHES) {
        tell(record);
        pmmFree(&name);
        HR_EXIT_HDL();
        return 0;
    }
    record->crashes++;
    record->crash_ns = now_ns();
    __builtin_trap(); /* an illegal instruction, whatever the processor */
    return 1;
}
