/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every way to die, one at a time:
 *
 *      arun faults KIND
 *
 * The kernel says in words what went wrong, where, and how the program got
 * there; no other actor notices.  Without a kind the program lists them.
 */
#include <chorus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Volatile, so that the compiler does not see what is coming. */
static volatile int zero, number = 7;
static unsigned char code_in_data[16] = {0xc3};

struct kind {
    const char *name;
    void (*die)(void);
};

static void die_null(void)
{
    *(volatile int *)(unsigned long)zero = 1;
}

static void die_divide(void)
{
    number = number / zero;
}

static int grow_stack(int depth)
{
    volatile char frame[512];

    frame[0] = (char)depth;
    return zero ? 0 : grow_stack(depth + 1) + frame[0];
}

static void die_stack(void)
{
    zero = grow_stack(0);
}

static void call(unsigned long address)
{
    void (*function)(void);

    memcpy(&function, &address, sizeof(function));
    function();
    number = 0; /* not the last act, so that there is a frame to trace */
}

static void die_execute(void)
{
    call((unsigned long)code_in_data);
}

static void die_jump(void)
{
    call((unsigned long)zero);
}

static void die_write_text(void)
{
    unsigned long text = (unsigned long)&die_write_text;

    *(volatile char *)text = 0;
}

static void die_write_constants(void)
{
    static const char constant[] = "constant";

    *(volatile char *)(unsigned long)constant = 0;
}

static void die_illegal(void)
{
    __builtin_trap();
}

/* The kernel's half of the address space. */
static void die_kernel(void)
{
    *(volatile int *)(~0ul << 47) = 1;
}

/* A write just behind the end of a region. */
static void die_beyond(void)
{
    KnRgnDesc region = {
        .size = K_PAGE_SIZE,
        .options = K_ANYWHERE | K_WRITABLE,
    };

    if (rgnAllocate(K_MYACTOR, &region) == K_OK) {
        region.options = 0;
        if (rgnFree(K_MYACTOR, &region) == K_OK) {
            *(volatile int *)region.startAddr = 1;
        }
    }
}

/* In a restartable actor this is a failure, too: it did not say that it had
 * finished. */
static void die_exit(void)
{
    exit(3);
}

static void die_abort(void)
{
    abort();
}

static const struct kind kinds[] = {
    {"null", die_null},         {"divide", die_divide},
    {"stack", die_stack},       {"execute", die_execute},
    {"jump", die_jump},         {"text", die_write_text},
    {"illegal", die_illegal},   {"kernel", die_kernel},
    {"beyond", die_beyond},     {"exit", die_exit},
    {"abort", die_abort},       {"constants", die_write_constants},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

int main(int argc, char **argv)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (argc < 2) {
            printf("faults: %s\n", kinds[i].name);
        } else if (strcmp(argv[1], kinds[i].name) == 0) {
            printf("faults: now dying of %s\n", kinds[i].name);
            kinds[i].die();
            printf("faults: survived %s\n", kinds[i].name);
        }
    }
    return 0;
}
