/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Calls that are for others are refused whatever is passed; numbers that are
 * no call's, too.
 */
#include <stdio.h>

#include "tests/fuzz/isolation/isolation.h"

#define ANY 0
#define TRUSTED 1
#define BOOT 1
#define NUMBERS 65536ul

static const struct {
    unsigned number;
    int for_others;
    const char *name;
} list[] = {
#define SYSCALL(number, name, right, blocks, ...) {number, right, #name},
#include "kernel/syscall.def"
#undef SYSCALL
};

#define LIST_COUNT (sizeof(list) / sizeof(list[0]))

static unsigned others_calls(void)
{
    static const unsigned long values[] = {0, 1, 2, 3, 7, 64, ~0ul,
                                           0x400000, 1ul << 47};
    unsigned count = 0;

    for (size_t i = 0; i < LIST_COUNT; i++) {
        for (size_t j = 0; list[i].for_others && j < 9 * 9; j++, count++) {
            unsigned long arg[6] = {values[j % 9], values[j / 9],
                                    values[(j + 3) % 9], values[(j + 5) % 9],
                                    0, 0};

            if (raw_call(list[i].number, arg) != K_EPRIV)
                failed(list[i].name, j);
        }
    }
    return count;
}

static bool is_call(unsigned long number)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        if (list[i].number == number)
            return true;
    }
    return false;
}

static void none_try(unsigned long number)
{
    static const unsigned long arg[6];

    if (!is_call(number) && raw_call(number, arg) != K_ENOSYS)
        failed("no call's number", number);
}

/* All small numbers; calls' numbers with one bit more, far away from them, and
 * below nothing. */
static unsigned no_calls(void)
{
    unsigned count = 0;

    for (unsigned long number = 0; number < NUMBERS; number++, count++)
        none_try(number);
    for (unsigned bit = 16; bit < 64; bit++) {
        for (unsigned long number = 0; number < 128; number++, count++)
            none_try(number | 1ul << bit);
    }
    for (unsigned long number = 1; number < 128; number++, count++)
        none_try(-number);
    return count;
}

void calls(void)
{
    unsigned others = others_calls();

    printf("isolation: %u calls of others, %u of nobody refused\n", others,
           no_calls());
}
