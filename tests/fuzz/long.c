/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A fuzzer without libFuzzer: inputs at random from a seed, until the target
 * has done as much as it was asked for.  Files given are inputs, too.
 *
 *      long_calls SEED COUNT [FILE...]
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the target has done so far, if it counts it itself. */
uint64_t fuzz_count(void) __attribute__((weak));

static uint8_t input[INPUT_MAX];

static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static void run_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size;

    if (file == NULL) {
        perror(name);
        exit(1);
    }
    size = fread(input, 1, sizeof(input), file);
    fclose(file);
    (void)LLVMFuzzerTestOneInput(input, size);
}

int main(int argc, char **argv)
{
    uint64_t state, count, done = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: %s SEED COUNT [FILE...]\n", argv[0]);
        return 1;
    }
    state = strtoull(argv[1], NULL, 0);
    count = strtoull(argv[2], NULL, 0);
    for (int i = 3; i < argc; i++)
        run_file(argv[i]);
    while (done < count) {
        size_t size = 16;

        for (size_t i = 0; i < size; i++)
            input[i] = (uint8_t)random_next(&state);
        input[0] |= 1;
        (void)LLVMFuzzerTestOneInput(input, size);
        done = fuzz_count != NULL ? fuzz_count() : done + 1;
    }
    printf("%" PRIu64 " done\n", done);
    return 0;
}
