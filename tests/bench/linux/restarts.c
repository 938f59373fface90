/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A program that crashes, and a supervisor that starts it again: it finds its
 * file of shared memory, as an actor finds its block.
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_NAME "/dev/shm/life"

struct block {
    volatile uint64_t fault, back;
};

static struct block *block_map(int flags)
{
    int file = open(FILE_NAME, O_RDWR | flags, 0600);
    struct block *block;

    if (file < 0 || (flags != 0 && ftruncate(file, sizeof(*block)) != 0))
        fail(FILE_NAME);
    block = mmap(NULL, sizeof(*block), PROT_READ | PROT_WRITE, MAP_SHARED,
                 file, 0);
    close(file);
    return block;
}

int life(void)
{
    struct block *block = block_map(0);

    (void)block->fault;
    block->back = counter_read();
    block->fault = counter_read();
    __builtin_trap();
}

void restarts(void)
{
    static struct row restart, fault;
    struct block *block = block_map(O_CREAT);

    for (int i = 0; i <= ROUNDS; i++) {
        uint64_t before = block->fault, handler;
        pid_t child = vfork();

        if (child == 0) {
            execl("/init", "init", "life", (char *)NULL);
            _exit(1);
        }
        if (waitpid(child, NULL, 0) != child)
            fail("waitpid");
        handler = counter_read();
        row_add(&fault, block->fault, handler);
        if (i > 0)
            row_add(&restart, before, block->back);
    }
    row_tell("fault", &fault);
    row_tell("restart", &restart);
}
