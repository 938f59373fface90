/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The grammar.  Pointers and sizes come from the menus of what went wrong in
 * other kernels: nothing, the kernel's, no address at all, across the end of
 * what is mapped, wrapping, unaligned, another protection.
 */
#include "grammar.h"

#include <string.h>

enum kind {
    ARG_INT,
    ARG_SIZE,
    ARG_FLAGS,
    ARG_CAP,
    ARG_PTR,
    ARG_OPT,
    ARG_LIMIT,
    ARG_BUF,
    ARG_STR,
};

struct arg {
    enum kind kind;
    const char *type;
    size_t size;
};

static const struct shape {
    unsigned number;
    const char *name;
    struct arg args[GRAMMAR_ARGS];
} shapes[] = {
#define INT {ARG_INT, "int", 8}
#define SIZE {ARG_SIZE, "size", 8}
#define FLAGS {ARG_FLAGS, "flags", 8}
#define CAP {ARG_CAP, "KnCap", sizeof(KnCap)}
#define IN(t) {ARG_PTR, #t, sizeof(t)}
#define OUT(t) {ARG_PTR, #t, sizeof(t)}
#define INOUT(t) {ARG_PTR, #t, sizeof(t)}
#define OPT(t) {ARG_OPT, #t, sizeof(t)}
#define LIMIT {ARG_LIMIT, "KnTimeVal", sizeof(KnTimeVal)}
#define BUF {ARG_BUF, "bytes", 512}
#define STR {ARG_STR, "text", K_ACTORNAMEMAX}
#define SYSCALL(number, name, right, blocks, ...)                              \
    {number, #name, {__VA_ARGS__}},
#include "kernel/syscall.def"
#undef SYSCALL
};

#define TAME_LIDS 4 /* threads that a tame caller must not lose */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a value is put that goes into memory. */
struct place {
    const struct grammar *grammar;
    uint64_t at;
};

static uint32_t pick(const struct grammar *grammar, uint32_t below)
{
    return grammar->pick(below);
}

static bool chance(const struct grammar *grammar, uint32_t one_in)
{
    return pick(grammar, one_in) == 0;
}

/* ---- Numbers ------------------------------------------------------------- */

/* 0, 1, 2^k and its neighbours, small ones, and such that pointer plus size
 * wraps. */
static uint64_t size_any(const struct grammar *grammar)
{
    switch (pick(grammar, 8)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX - pick(grammar, 3) * K_PAGE_SIZE;
    case 2:
        return (1ull << pick(grammar, 64)) + pick(grammar, 3) - 1;
    case 3:
        return K_PAGE_SIZE * (uint64_t)pick(grammar, 20);
    case 4:
        return pick(grammar, 8) * 512u;
    default:
        return pick(grammar, 65);
    }
}

static uint64_t number_any(const struct grammar *grammar)
{
    switch (pick(grammar, 6)) {
    case 0:
        return size_any(grammar);
    case 1:
        return UINT64_MAX - pick(grammar, 20);
    case 2:
        return 0x7fffffffull + pick(grammar, 3);
    case 3:
        return pick(grammar, 20);
    default:
        return pick(grammar, 3);
    }
}

/* An aid, a lid, a group, a number: whatever the call takes it for. */
static uint64_t int_any(const struct grammar *grammar)
{
    if (grammar->aid_count > 0 && pick(grammar, 3) == 0)
        return (uint64_t)grammar->aids[pick(grammar, grammar->aid_count)];
    return number_any(grammar);
}

/* ---- Addresses ----------------------------------------------------------- */

static uint64_t address_bad(const struct grammar *grammar)
{
    const uint64_t menu[] = {
        0, 1, 16, 0xffff, 0x10000,
        grammar->reserved,
        grammar->text, /* bad if it is written */
        grammar->scratch + GRAMMAR_SCRATCH - 1 - pick(grammar, 64),
        grammar->scratch + GRAMMAR_SCRATCH,
        0x80000000, 0xbffff000, 0xc0000000 - 8,
        0x7fffffff0000, 0x7fffffff0000 - 8, 0x800000000000,
        0x900000000000, 0xffff800000000000, 0xffffffff80000000,
        UINT64_MAX, UINT64_MAX - 7, 1ull << 63, 1ull << 56,
    };

    return menu[pick(grammar, COUNT(menu))];
}

static uint64_t slot_of_whole(const struct grammar *grammar, unsigned index)
{
    return grammar->scratch + index * GRAMMAR_SLOT;
}

/* The slot of an argument, now and then not aligned. */
static uint64_t slot_of(const struct grammar *grammar, unsigned index)
{
    uint64_t slot = slot_of_whole(grammar, index);

    return chance(grammar, 16) ? slot + 1 + pick(grammar, 7) : slot;
}

/* ---- Contents ------------------------------------------------------------ */

static void put(const struct place *place, const void *from, size_t size)
{
    place->grammar->poke(place->at, from, size);
}

static void put_noise(const struct place *place, size_t size)
{
    unsigned char noise[GRAMMAR_SLOT - 8];

    size = size < sizeof(noise) ? size : sizeof(noise);
    for (size_t i = 0; i < size; i++)
        noise[i] = i < 16 || chance(place->grammar, 4)
                       ? (unsigned char)pick(place->grammar, 256)
                       : 0;
    put(place, noise, size);
}

static void put_cap(const struct place *place)
{
    const struct grammar *grammar = place->grammar;
    KnCap cap = {.ui = {pick(grammar, 70), pick(grammar, 100)}};

    if (grammar->cap_count > 0)
        cap = grammar->caps[pick(grammar, grammar->cap_count)];
    if (chance(grammar, 8))
        cap.key.keyTail ^= 1u << pick(grammar, 32);
    if (chance(grammar, 8))
        cap.ui.uiTail += 1;
    if (chance(grammar, 8))
        cap.ui.uiHead += pick(grammar, 3) - 1;
    put(place, &cap, sizeof(cap));
}

/* A tame caller frees nothing but what lies in the playground. */
static uint64_t region_start(const struct grammar *grammar)
{
    uint64_t menu[] = {
        0, K_PAGE_SIZE, 0x800000000000, UINT64_MAX & ~0xfffull, 0x7ffffffe0000,
        0x7fff00000, 0x100000000, 0x200000000000, 0xfff0000000,
        0x80000000, 0xbffff000,
        0x400000, 0x7fe00000, 0xfffe0000, 0xc0000000,
    };

    if (!chance(grammar, 4))
        return grammar->play + pick(grammar, 32) * (uint64_t)K_PAGE_SIZE +
               (chance(grammar, 16) ? 1 : 0);
    return menu[pick(grammar, COUNT(menu) - (grammar->tame ? 4 : 0))];
}

static void put_region(const struct place *place)
{
    const struct grammar *grammar = place->grammar;
    static const VmFlags menu[] = {
        0, K_WRITABLE, K_EXECUTABLE, K_RESERVED, K_ANYWHERE | K_WRITABLE,
        K_ANYWHERE, K_RESTRICTIVE | K_WRITABLE, K_WRITABLE | K_FILLZERO,
        K_WRITABLE | K_EXECUTABLE, K_SUPERVISOR | K_WRITABLE, K_INHERITCOPY,
        K_ANYWHERE | K_RESERVED, 0, 0, 0,
    };
    KnRgnDesc region = {
        .startAddr = region_start(grammar),
        .size = pick(grammar, 9) * (VmSize)K_PAGE_SIZE,
        .options = menu[pick(grammar, COUNT(menu))],
    };

    if (chance(grammar, 8))
        region.size = size_any(grammar);
    if (chance(grammar, 32))
        region.options = pick(grammar, 0x8000);
    if (grammar->tame)
        region.options &= ~K_FREEALL;
    else if (chance(grammar, 64))
        region.options = K_FREEALL;
    if (chance(grammar, 4))
        region.endAddr = region.startAddr + size_any(grammar);
    region.opaque1 = (void *)(uintptr_t)pick(grammar, 2);
    put(place, &region, sizeof(region));
}

static void put_block_name(const struct place *place)
{
    static const char *const names[] = {
        "", "a", "b", "fuzz.c", "__SYS", "__SYS.fuzz", "~aside1",
        "exactly forty-seven characters, no more no less", "a~aside1",
    };
    PmmName name = {"RAM", ""};

    strncpy(name.name, names[pick(place->grammar, COUNT(names))],
            sizeof(name.name) - 1);
    if (chance(place->grammar, 3))
        name.name[0] = (char)('a' + pick(place->grammar, 40));
    if (chance(place->grammar, 16))
        memset(name.name, 'x', sizeof(name.name));
    if (chance(place->grammar, 16))
        memset(name.medium, 'R', sizeof(name.medium));
    put(place, &name, sizeof(name));
}

static void put_spawn(const struct place *place)
{
    const struct grammar *grammar = place->grammar;
    KnActorSpawn spawn = {
        .group = (int)pick(grammar, 20) - 2,
        .argc = 2,
        .argsSize = sizeof("fuzz\0child"),
        .args = "fuzz\0child",
    };

    strncpy(spawn.path, grammar->path, sizeof(spawn.path) - 1);
    spawn.flags = pick(grammar, chance(grammar, 16) ? 64 : 2);
    spawn.base[0] = (char)pick(grammar, 4);
    if (chance(grammar, 8))
        spawn.path[0] ^= 1;
    if (chance(grammar, 16))
        memset(spawn.path, 'x', sizeof(spawn.path));
    if (chance(grammar, 8))
        spawn.argsSize = (unsigned)size_any(grammar);
    if (chance(grammar, 8))
        spawn.argc = (unsigned)size_any(grammar);
    if (chance(grammar, 8))
        spawn.envc = (unsigned)number_any(grammar);
    if (chance(grammar, 16))
        memset(spawn.base, 'y', sizeof(spawn.base));
    put(place, &spawn, sizeof(spawn));
}

static void put_time(const struct place *place)
{
    const struct grammar *grammar = place->grammar;
    KnTimeVal time = {0, (long)pick(grammar, 2000)};

    if (chance(grammar, 8))
        time.tmNSec = -(long)pick(grammar, 2);
    if (chance(grammar, 8))
        time.tmNSec = 1000000000;
    if (chance(grammar, 8))
        time.tmSec = grammar->tame ? -1 : (long)size_any(grammar);
    put(place, &time, sizeof(time));
}

static void put_start(const struct place *place)
{
    const struct grammar *grammar = place->grammar;
    KnDefaultStartInfo_f start = {
        .dsType = chance(grammar, 16) ? (int)pick(grammar, 4)
                                      : K_DEFAULT_START_INFO,
        .dsPrivilege = chance(grammar, 8) ? (int)pick(grammar, 4) : 0,
    };
    uint64_t entry = grammar->entry, stack = grammar->scratch + GRAMMAR_SCRATCH;

    if (entry == 0)
        entry = address_bad(grammar);
    if (chance(grammar, 16))
        entry |= 0x900000000000; /* no address of an actor */
    if (!grammar->tame && chance(grammar, 4))
        stack = address_bad(grammar);
    memcpy(&start.dsEntry, &entry, sizeof(entry));
    memcpy(&start.dsUserStackPointer, &stack, sizeof(stack));
    put(place, &start, sizeof(start));
}

static void put_schedule(const struct place *place)
{
    KnFifoThParms schedule = {
        chance(place->grammar, 16) ? 7 : K_SCHED_FIFO,
        (int)pick(place->grammar, 260) - 2,
    };

    /* What comes before the one who ends waits would keep it from it. */
    if (place->grammar->tame && schedule.fifoPriority < 130)
        schedule.fifoPriority += 130;
    put(place, &schedule, sizeof(schedule));
}

static void put_small(const struct place *place)
{
    int number = (int)pick(place->grammar, 5) - 1;

    put(place, &number, sizeof(number));
}

/* Of a mode, only those that are none: the others end everything. */
static void put_mode(const struct place *place)
{
    static const KnRebootMode none[] = {K_REBOOT_NEW, -1, 7, 0x7fffffff};
    KnRebootDesc mode = {none[pick(place->grammar, COUNT(none))]};

    put(place, &mode, sizeof(mode));
}

static void put_retention(const struct place *place)
{
    KnRetention look = {
        .action = (int)pick(place->grammar, 3) - 1,
        .startAddr = size_any(place->grammar),
    };

    put(place, &look, sizeof(look));
}

static const struct {
    const char *type;
    void (*put)(const struct place *place);
} contents[] = {
    {"KnCap", put_cap},
    {"KnRgnDesc", put_region},
    {"PmmName", put_block_name},
    {"KnActorSpawn", put_spawn},
    {"KnTimeVal", put_time},
    {"KnDefaultStartInfo_f", put_start},
    {"KnFifoThParms", put_schedule},
    {"KnActorPrivilege", put_small},
    {"unsigned", put_small},
    {"KnRebootDesc", put_mode},
    {"KnRetention", put_retention},
};

static void put_contents(const struct place *place, const struct arg *arg)
{
    for (size_t i = 0; i < COUNT(contents); i++) {
        if (strcmp(contents[i].type, arg->type) == 0) {
            contents[i].put(place);
            return;
        }
    }
    put_noise(place, arg->size);
}

/* ---- Calls --------------------------------------------------------------- */

static uint64_t pointer_make(const struct grammar *grammar,
                             const struct arg *arg, unsigned index)
{
    struct place place = {grammar, slot_of(grammar, index)};

    if (chance(grammar, 6))
        return address_bad(grammar);
    if (chance(grammar, 24)) /* the same memory for two arguments */
        place.at = grammar->scratch;
    put_contents(&place, arg);
    return place.at;
}

static uint64_t limit_make(const struct grammar *grammar,
                           const struct arg *arg, unsigned index)
{
    if (chance(grammar, 4))
        return grammar->tame ? 0 : UINT64_MAX;
    return pointer_make(grammar, arg, index);
}

/* Text for a name, or bytes for a buffer: the path, or noise. */
static uint64_t text_make(const struct grammar *grammar,
                          const struct arg *arg, unsigned index)
{
    struct place place = {grammar, slot_of(grammar, index)};

    if (chance(grammar, 6))
        return address_bad(grammar);
    if (chance(grammar, 2))
        grammar->poke(place.at, grammar->path, strlen(grammar->path) + 1);
    else
        put_noise(&place, arg->size);
    return place.at;
}

static uint64_t arg_make(const struct grammar *grammar, const struct arg *arg,
                         unsigned index)
{
    switch (arg->kind) {
    case ARG_INT:
        return int_any(grammar);
    case ARG_SIZE:
        return size_any(grammar);
    case ARG_FLAGS:
        return number_any(grammar);
    case ARG_CAP:
    case ARG_OPT:
        if (!chance(grammar, 3))
            return 0;
        return pointer_make(grammar, arg, index);
    case ARG_PTR:
        return pointer_make(grammar, arg, index);
    case ARG_LIMIT:
        return limit_make(grammar, arg, index);
    case ARG_BUF:
    case ARG_STR:
        return text_make(grammar, arg, index);
    }
    return 0;
}

/* Whether the list, which ends with NULL, has the name. */
static bool listed(const char *const *list, const char *name)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, name) == 0)
            return true;
    }
    return false;
}

/* Calls that a tame caller does not make at all: those that end it, or the
 * machine; that wait for a typist; that drown the console; that take long. */
static bool tame_excludes(const struct grammar *grammar, const char *name)
{
    static const char *const excluded[] = {
        "actorExit", "actorFault", "consoleRead", "consoleWrite", "sysCheck",
        NULL,
    };
    static const char *const of_trusted[] = {"sysReboot", "sysRetention", NULL};

    return listed(excluded, name) ||
           (grammar->trusted && listed(of_trusted, name));
}

/* The first threads of a tame caller make the calls; lid 0 is one of them. */
static void tame_threads(const struct shape *shape, struct grammar_call *call)
{
    static const char *const by_lid[] = {
        "threadDelete", "threadAbort", "threadSuspend", "threadScheduler",
        NULL,
    };

    if (listed(by_lid, shape->name) && (uint32_t)call->arg[1] <= TAME_LIDS)
        call->arg[1] += TAME_LIDS + 1;
    /* Where there is no text a thread would fault, with many words. */
    if (strcmp(shape->name, "threadCreate") == 0)
        call->arg[0] = 0;
}

/* By capability it ends, stops and degrades only what it has made itself: never
 * itself, which is what no capability means. */
static void tame_ends(const struct grammar *grammar, const struct shape *shape,
                      struct grammar_call *call)
{
    static const char *const by_cap[] = {
        "actorDelete", "akillOf", "actorStop", NULL,
    };
    static const KnCap nobody;
    const KnCap *cap = &nobody;
    bool degrades =
        strcmp(shape->name, "actorPrivilege") == 0 && call->arg[2] != 0;

    if (!degrades && !listed(by_cap, shape->name))
        return;
    if (grammar->cap_count > 1)
        cap = &grammar->caps[1 + pick(grammar, grammar->cap_count - 1)];
    call->arg[0] = grammar->scratch;
    grammar->poke(call->arg[0], cap, sizeof(*cap));
}

/* What is freed is told by whole words, and is never all: of words that are
 * written over others, parts of two could be anything. */
static void tame_free(const struct grammar *grammar, const struct shape *shape,
                      struct grammar_call *call)
{
    if (strcmp(shape->name, "rgnFree") != 0 || call->arg[1] % 8 == 0 ||
        call->arg[1] - grammar->scratch >= GRAMMAR_SCRATCH)
        return;
    call->arg[1] = slot_of_whole(grammar, 1);
    put_region(&(struct place){grammar, call->arg[1]});
}

/* Of actors it kills those that it has started. */
static void tame_kill(const struct grammar *grammar, const struct shape *shape,
                      struct grammar_call *call)
{
    if (strcmp(shape->name, "actorKill") != 0)
        return;
    for (unsigned i = 0; i < grammar->aid_count; i++) {
        if ((int)call->arg[0] == grammar->aids[i])
            return;
    }
    call->arg[0] |= 1u << 30;
}

void grammar_make(const struct grammar *grammar, struct grammar_call *call)
{
    const struct shape *shape = &shapes[pick(grammar, COUNT(shapes))];

    while (grammar->tame && tame_excludes(grammar, shape->name))
        shape = &shapes[pick(grammar, COUNT(shapes))];
    *call = (struct grammar_call){shape->number, shape->name, 0, {0}};
    if (chance(grammar, 128)) { /* no such call, or not with that number */
        call->number = (unsigned)number_any(grammar) + 100;
        call->name = NULL;
        return;
    }
    for (unsigned i = 0; i < GRAMMAR_ARGS; i++) {
        if (shape->args[i].type == NULL)
            break;
        call->arg_count++;
        call->arg[i] = arg_make(grammar, &shape->args[i], i);
    }
    if (grammar->tame) {
        tame_threads(shape, call);
        tame_free(grammar, shape, call);
        tame_kill(grammar, shape, call);
        tame_ends(grammar, shape, call);
    }
}

uint64_t grammar_word(const struct grammar *grammar)
{
    switch (pick(grammar, 4)) {
    case 0:
        return address_bad(grammar);
    case 1:
        return int_any(grammar);
    default:
        return size_any(grammar);
    }
}
