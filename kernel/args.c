/* SPDX-License-Identifier: BSD-2-Clause
 *
 * argv and envp: checked once, laid out on the stack of each life.
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

/* Puts argv and envp on the stack:
 *
 *   top   strings
 *         argv[0] .. argv[argc-1], NULL, envp[0] .. envp[envc-1], NULL
 *   sp -> 16-byte aligned
 */
uint64_t args_build(const KnActorSpawn *spawn, const struct aspace *space,
                    uint64_t args[3])
{
    unsigned count = spawn->argc + spawn->envc, slot = 0;
    uint64_t strings = (ASPACE_STACK_TOP - spawn->argsSize) & ~15ull;
    uint64_t bottom = (strings - (count + 2) * sizeof(uint64_t)) & ~15ull;
    uint64_t words[ARGS_WORDS_MAX], text = strings;
    size_t size = strings - bottom + spawn->argsSize;

    ASSERT(size <= sizeof(words));
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
    memcpy(&words[slot], spawn->args, spawn->argsSize);
    aspace_fill(space, bottom, words, size);
    args[0] = spawn->argc;
    args[1] = bottom;
    args[2] = bottom + (spawn->argc + 1) * sizeof(*words);
    return bottom;
}
