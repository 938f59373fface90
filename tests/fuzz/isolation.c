/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An actor that tries what it has no right to:
 *
 *      arun isolation pages STEP     every STEP-th page, by calls that tell
 *      arun isolation calls          every call that is for others, every cap
 *      arun -g 7 isolation KIND FIRST COUNT
 *                                    for good: each try ends a life, and the
 *                                    next life goes on after it
 *
 * KIND is access (addresses, read, write, execute), port (x86: in and out) or
 * register (AArch64: mrs and msr of every encoding), the numbers
 * of the last two spread over all.  What does not end the life is told in the
 * end, by number.
 */
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGIONS 128
#define SURVIVED_MAX 200
#define PAGE 4096ul
#define LOW_END 0x100000000ul

/* An odd factor, so that the numbers of a part are spread over all. */
#define SPREAD(index, count) ((index) * 40503u % (count))
#define PORT_WAYS 131072u
#define REGISTER_WAYS 65536u

static KnRgnStat regions[REGIONS];
static int region_count;

static _Noreturn void failed(const char *what, unsigned long where)
{
    printf("isolation: FAILED %s: 0x%lx\n", what, where);
    HR_EXIT_HDL();
    exit(1);
}

/* ---- Pages --------------------------------------------------------------- */

static void regions_get(void)
{
    KnRgnDesc all = {.startAddr = 0, .size = 1ul << 47};

    region_count = rgnStat(K_MYACTOR, &all, regions, sizeof(regions));
    if (region_count <= 0 || region_count > REGIONS)
        failed("rgnStat", (unsigned long)region_count);
}

static const KnRgnStat *region_at(unsigned long at)
{
    for (int i = 0; i < region_count; i++) {
        if (at - regions[i].startAddr < regions[i].size)
            return &regions[i];
    }
    return NULL;
}

/* Both calls look at memory and leave it as it is: one reads a word of it,
 * the other would write one, but for what a user actor may not do. */
static void page_try(unsigned long at)
{
    static KnActorPrivilege wish = K_SYSTEMACTOR;
    const KnRgnStat *region = region_at(at);
    int may_read = region != NULL && region->kind != K_RGN_RESERVED;
    int may_write = may_read && (region->options & K_WRITABLE);

    if ((syncWake((void *)at, 0) == K_OK) != may_read)
        failed("a page for reading", at);
    if (at != 0 && actorPrivilege(K_MYACTOR, (void *)at, &wish) !=
                       (may_write ? K_EPRIV : K_EFAULT))
        failed("a page for writing", at);
}

static void pages(unsigned long step)
{
    unsigned long count = 0, random = step;

    regions_get();
    for (unsigned long at = 0; at < LOW_END; at += step * PAGE, count++)
        page_try(at);
    for (int i = 0; i < region_count; i++) { /* the edges of what is ours */
        unsigned long end = regions[i].startAddr + regions[i].size;

        page_try(regions[i].startAddr);
        page_try(regions[i].startAddr - 4);
        page_try(end - 4);
        page_try(end);
        count += 4;
    }
    for (int i = 0; i < 100000 / (int)step + 1000; i++, count++) {
        random = random * 6364136223846793005ul + 1442695040888963407ul;
        page_try((random | (i % 2 ? 0xfffful << 48 : LOW_END)) & ~3ul);
    }
    printf("isolation: %lu pages, each as it should be\n", count);
}

/* ---- Calls --------------------------------------------------------------- */

#define ANY 0
#define TRUSTED 1
#define BOOT 1

static const struct {
    unsigned number;
    int for_others;
    const char *name;
} calls[] = {
#define SYSCALL(number, name, right, blocks, ...) {number, right, #name},
#include "kernel/syscall.def"
#undef SYSCALL
};

#if defined(__x86_64__)
static long raw_call(unsigned number, const unsigned long arg[6])
{
    register unsigned long r10 __asm__("r10") = arg[3];
    register unsigned long r8 __asm__("r8") = arg[4];
    register unsigned long r9 __asm__("r9") = arg[5];
    long result = (long)number;

    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(arg[0]), "S"(arg[1]), "d"(arg[2]), "r"(r10),
                       "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#else
static long raw_call(unsigned number, const unsigned long arg[6])
{
    register unsigned long x0 __asm__("x0") = arg[0];
    register unsigned long x1 __asm__("x1") = arg[1];
    register unsigned long x2 __asm__("x2") = arg[2];
    register unsigned long x3 __asm__("x3") = arg[3];
    register unsigned long x4 __asm__("x4") = arg[4];
    register unsigned long x5 __asm__("x5") = arg[5];
    register unsigned long x8 __asm__("x8") = number;

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
                     : "memory");
    return (long)x0;
}
#endif

/* Whatever is passed, the answer is that they are not for us. */
static unsigned others_calls(void)
{
    static const unsigned long values[] = {0, 1, 2, 3, 7, 64, ~0ul,
                                           0x400000, 1ul << 47};
    unsigned count = 0;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        for (size_t j = 0; calls[i].for_others && j < 9 * 9; j++, count++) {
            unsigned long arg[6] = {values[j % 9], values[j / 9],
                                    values[(j + 3) % 9], values[(j + 5) % 9],
                                    0, 0};

            if (raw_call(calls[i].number, arg) != K_EPRIV)
                failed(calls[i].name, j);
        }
    }
    return count;
}

/* Caps that are guessed: every slot, early lives, keys of all kinds, our own
 * key on others' slots. */
static unsigned guessed_caps(void)
{
    KnRgnDesc region = {.size = PAGE, .options = K_ANYWHERE};
    KnCap own, cap;
    unsigned count = 0;

    if (actorSelf(&own) != K_OK)
        failed("actorSelf", 0);
    for (unsigned slot = 0; slot < 70; slot++) {
        for (unsigned life = 0; life < 24; life++) {
            for (unsigned key = 0; key < 4; key++, count++) {
                const KnKey keys[] = {{0, 0}, {~0u, ~0u}, own.key,
                                      {own.key.keyTail, own.key.keyHead}};

                cap = (KnCap){{slot, life}, keys[key]};
                if (memcmp(&cap, &own, sizeof(cap)) == 0)
                    continue;
                if (rgnAllocate(&cap, &region) != K_EUNKNOWN ||
                    threadSuspend(&cap, 1) != K_EUNKNOWN ||
                    actorDelete(&cap) != K_EUNKNOWN)
                    failed("a guessed cap", slot);
            }
        }
    }
    for (unsigned bit = 0; bit < 128; bit++, count++) {
        cap = own;
        ((unsigned char *)&cap)[bit / 8] ^= (unsigned char)(1u << bit % 8);
        if (rgnAllocate(&cap, &region) != K_EUNKNOWN)
            failed("a cap with a bit flipped", bit);
    }
    return count;
}

/* ---- For good ------------------------------------------------------------ */

struct progress {
    unsigned next, last, survived, lives;
    unsigned list[SURVIVED_MAX];
};

static const unsigned long places[] = {
    0, 8, 0xfff, 0x1000, 0xffff, 0x10000, 0x3ff000, 0x7fee0000, 0x7ff00000,
    0x80000000, 0x80014000, 0xbffff000, 0xc0000000, 0xfffe0000, 0xffff0000,
    0xfee00000, 0xfec00000, 0x9000000, 0x8000000, 0x100000000,
    0x7ffffffeffff, 0x7fffffff0000, 0x7ffffffffff8, 0x800000000000,
    0x800000001000, 0xffff000000000000, 0xffff000040000000,
    0xffff7ffffffffff8, 0xffff800000000000, 0xffff800000100000,
    0xffff800002000000, 0xffffc00000000000, 0xffffff8000000000,
    0xffffffff80000000, 0xffffffff80100000, 0xffffffff80200000,
    0xffffffffc0000000, 0xffffffffffe00000, 0xfffffffffffff000,
    0xfffffffffffffff8, 1ul << 56, 1ul << 63, 0xff00000000400000,
};

/* Three ways to each place. */
static void access_try(unsigned index)
{
    volatile unsigned long *at =
        (volatile unsigned long *)places[index / 3 %
                                         (sizeof(places) / sizeof(places[0]))];

    switch (index % 3) {
    case 0:
        (void)*at;
        break;
    case 1:
        *at = 0x77;
        break;
    case 2:
        ((void (*)(void))(unsigned long)at)();
        break;
    }
}

#if defined(__x86_64__)
static void port_try(unsigned index)
{
    unsigned way = SPREAD(index, PORT_WAYS);
    unsigned short port = (unsigned short)(way / 2);
    unsigned char value = 0;

    if (way % 2 == 0)
        __asm__ volatile("in %1, %0" : "=a"(value) : "d"(port));
    else
        __asm__ volatile("out %0, %1" : : "a"(value), "d"(port));
}

static void register_try(unsigned index)
{
    (void)index;
    __builtin_trap();
}
#else
static void port_try(unsigned index)
{
    (void)index;
    __builtin_trap();
}

/* One instruction for each encoding, and a return: mrs, then msr. */
__asm__(".text; .balign 8; .globl every_mrs, every_msr\n"
        "every_mrs: .set i, 0; .rept 32768\n"
        ".inst 0xd5300000 | (i << 5); ret; .set i, i + 1; .endr\n"
        "every_msr: .set i, 0; .rept 32768\n"
        ".inst 0xd5100000 | (i << 5); ret; .set i, i + 1; .endr\n");
extern const char every_mrs[], every_msr[];

static void register_try(unsigned index)
{
    unsigned way = SPREAD(index, REGISTER_WAYS);
    const char *at = (way % 2 == 0 ? every_mrs : every_msr) + way / 2 * 8;

    ((unsigned long (*)(unsigned long))(unsigned long)at)(0);
}
#endif

static void try_all(void (*try)(unsigned index), unsigned first,
                    unsigned count)
{
    PmmName name = {"RAM", "isolation"};
    struct progress *progress;
    VmAddr address;

    if (pmmAllocate(&address, &name, sizeof(*progress), HR_GROUP_KEY,
                    HR_GROUP_KEYSIZE) != K_OK)
        failed("pmmAllocate", 0);
    progress = (struct progress *)address;
    if (progress->lives++ == 0) {
        progress->next = first;
        progress->last = first + count;
    }
    while (progress->next < progress->last) {
        unsigned index = progress->next++;

        try(index);
        if (progress->survived < SURVIVED_MAX)
            progress->list[progress->survived] = index;
        progress->survived++;
    }
    printf("isolation: %u tried in %u lives, survived:", count,
           progress->lives);
    for (unsigned i = 0; i < progress->survived && i < SURVIVED_MAX; i++)
        printf(" %u", progress->list[i]);
    printf(" end\n");
    HR_EXIT_HDL();
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    unsigned first = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 1;
    unsigned count = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 0) : 0;

    if (strcmp(kind, "pages") == 0)
        pages(first);
    else if (strcmp(kind, "calls") == 0)
        printf("isolation: %u calls and %u caps refused\n", others_calls(),
               guessed_caps());
    else if (strcmp(kind, "access") == 0)
        try_all(access_try, first, count);
    else if (strcmp(kind, "port") == 0)
        try_all(port_try, first, count);
    else if (strcmp(kind, "register") == 0)
        try_all(register_try, first, count);
    return 0;
}
