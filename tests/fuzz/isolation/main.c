/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor that tries what it has no right to:
 *
 *      arun isolation pages STEP     every STEP-th page, by calls that tell
 *      arun isolation calls          every call that is for others, or is none
 *      arun -t isolation give        gives what comes next others' handles
 *      arun isolation handles LIVES  every handle with every call
 *      arun -t isolation observe     looks on, meanwhile
 *      arun -g 7 isolation KIND FIRST COUNT
 *                                    for good: each try ends a life, and the
 *                                    next life goes on after it
 *
 * KIND is access (read, write, execute at chosen addresses), jump (to every
 * page below 4 GiB, and to places above), or one of the processor's own
 * (tries_*.c): x86_64 has port, msr, instruction; AArch64 has system,
 * instruction.  The numbers of a part are spread over all.
 */
#include "tests/fuzz/isolation/isolation.h"

#include <hr/hr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void failed(const char *what, unsigned long where)
{
    printf("isolation: FAILED %s: 0x%lx\n", what, where);
    HR_EXIT_HDL();
    exit(1);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    unsigned long one = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
    unsigned long two = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;

    if (strcmp(what, "pages") == 0)
        pages(one);
    else if (strcmp(what, "calls") == 0)
        calls();
    else if (strcmp(what, "give") == 0)
        handles_give();
    else if (strcmp(what, "handles") == 0)
        handles((unsigned)one);
    else if (strcmp(what, "observe") == 0)
        observe();
    else
        lives(what, one, two);
    return 0;
}
