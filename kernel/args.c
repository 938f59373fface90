/* SPDX-License-Identifier: BSD-2-Clause
 *
 * argv and envp: checked once, laid out on the stack of each life, where they
 * look the same each time.
 */
#include "kernel/args.h"

#include "kernel/assert.h"
#include "kernel/string.h"

/* argc + envc strings, each terminated, nothing else. */
bool args_check(const KnActorSpawn *spawn)
{
    unsigned strings = 0;

    if (spawn->argsSize > K_ARGSMAX || spawn->argc == 0)
        return false;
    if (strnlen(spawn->path, sizeof(spawn->path)) == sizeof(spawn->path))
        return false;
    for (unsigned i = 0; i < spawn->argsSize; i++)
        strings += spawn->args[i] == '\0';
    if (spawn->argsSize > 0 && spawn->args[spawn->argsSize - 1] != '\0')
        return false;
    return strings == (uint64_t)spawn->argc + spawn->envc;
}

/* Strings, and a pointer to each with two NULLs; with the least of strings, a
 * byte each, the most of pointers. */
#define ARGS_WORDS_MAX (K_ARGSMAX + 2 + K_ARGSMAX / sizeof(uint64_t) + 2)

/* Lays argv and envp out as they are on the stack, and returns their size:
 *
 *   top   strings
 *         argv[0] .. argv[argc-1], NULL, envp[0] .. envp[envc-1], NULL
 *   sp -> 16-byte aligned
 */
static size_t lay_out(const KnActorSpawn *spawn, uint64_t *words)
{
    unsigned count = spawn->argc + spawn->envc, slot = 0;
    uint64_t strings = (ASPACE_STACK_TOP - spawn->argsSize) & ~15ull;
    uint64_t bottom = (strings - (count + 2) * sizeof(uint64_t)) & ~15ull;
    uint64_t text = strings;

    for (unsigned i = 0; i < count; i++) {
        if (i == spawn->argc)
            words[slot++] = 0;
        words[slot++] = text;
        text += strlen(spawn->args + (text - strings)) + 1;
    }
    if (spawn->envc == 0)
        words[slot++] = 0;
    while (slot < (strings - bottom) / sizeof(*words))
        words[slot++] = 0;
    memset(&words[slot], 0, ASPACE_STACK_TOP - strings);
    memcpy(&words[slot], spawn->args, spawn->argsSize);
    return ASPACE_STACK_TOP - bottom;
}

/* Every word of them, for an actor that has many. */
static size_t build(struct args_kept *kept, const KnActorSpawn *spawn,
                    const struct aspace *space)
{
    uint64_t words[ARGS_WORDS_MAX];
    size_t size = lay_out(spawn, words);

    ASSERT(size <= sizeof(words));
    aspace_fill(space, ASPACE_STACK_TOP - size, words, size);
    if (size <= sizeof(kept->words)) {
        memcpy(kept->words, words, size);
        kept->size = (unsigned)size;
    }
    return size;
}

uint64_t args_build(struct args_kept *kept, const KnActorSpawn *spawn,
                    const struct aspace *space, uint64_t args[3])
{
    size_t size = kept->size;
    uint64_t bottom;

    if (size > 0)
        aspace_fill(space, ASPACE_STACK_TOP - size, kept->words, size);
    else
        size = build(kept, spawn, space);
    bottom = ASPACE_STACK_TOP - size;
    args[0] = spawn->argc;
    args[1] = bottom;
    args[2] = bottom + (spawn->argc + 1) * sizeof(uint64_t);
    return bottom;
}
