/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Checks for programs that are tests.  A check that fails says where and
 * ends the actor for good, so that a restartable one is not run again.
 */
#ifndef EXAMPLES_CHECK_H
#define EXAMPLES_CHECK_H

#include <hr/hr.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned check_count;

static inline void check(bool good, const char *file, int line,
                         const char *what)
{
    check_count++;
    if (!good) {
        printf("FAILED %s:%d: %s\n", file, line, what);
        HR_EXIT_HDL();
        exit(1);
    }
}

/* As check(), for calls whose result says more than yes or no. */
static inline void check_result(int result, int wanted, const char *file,
                                int line, const char *what)
{
    check_count++;
    if (result != wanted) {
        printf("FAILED %s:%d: %s is %d, not %d\n", file, line, what, result,
               wanted);
        HR_EXIT_HDL();
        exit(1);
    }
}

/* The line that says that all went well. */
static inline void check_report(const char *name)
{
    printf("%s: %u checks passed\n", name, check_count);
}

#define CHECK(good) check((good), __FILE__, __LINE__, #good)
#define CHECK_RESULT(call, wanted)                                             \
    check_result((call), (wanted), __FILE__, __LINE__, #call)

#endif
