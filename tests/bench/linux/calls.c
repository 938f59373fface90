/* SPDX-License-Identifier: BSD-2-Clause
 *
 * System calls, switches, hand-overs, memory.
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES 6

/* What two that take turns both see. */
struct turns {
    volatile uint64_t left;
    volatile bool done;
    volatile unsigned word; /* of the futex */
};

static struct row row, second;

static void null_call(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();

        syscall(SYS_getpid);
        row_add(&row, start, counter_read());
    }
    row_tell("null", &row);
}

static void *give_way(void *argument)
{
    struct turns *turns = argument;

    while (!turns->done) {
        turns->left = counter_read();
        sched_yield();
    }
    return NULL;
}

static void take_turns(struct turns *turns)
{
    for (int i = 0; i < ROUNDS; i++) {
        turns->left = counter_read();
        sched_yield();
        row_add(&row, turns->left, counter_read());
    }
    turns->done = true;
}

static void switches(void)
{
    static struct turns turns;
    struct turns *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_t thread;
    pid_t child;

    if (shared == MAP_FAILED ||
        pthread_create(&thread, NULL, give_way, &turns) != 0)
        fail("pthread_create");
    take_turns(&turns);
    pthread_join(thread, NULL);
    row_tell("yield", &row);
    child = fork();
    if (child == 0) {
        give_way(shared);
        _exit(0);
    }
    take_turns(shared);
    waitpid(child, NULL, 0);
    row_tell("switch", &row);
}

/* Waits at a higher priority until the word is 1. */
static void *waiter(void *argument)
{
    struct turns *turns = argument;

    while (!turns->done) {
        syscall(SYS_futex, &turns->word, FUTEX_WAIT_PRIVATE, 0, NULL);
        row_add(&row, turns->left, counter_read());
        turns->word = 0;
    }
    return NULL;
}

static void hand_over(void)
{
    static struct turns turns;
    struct sched_param high = {PRIORITY + 1};
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
    pthread_attr_setschedparam(&attributes, &high);
    if (pthread_create(&thread, &attributes, waiter, &turns) != 0)
        fail("pthread_create");
    for (int i = 0; i <= ROUNDS; i++) {
        turns.done = i == ROUNDS;
        turns.word = 1;
        turns.left = counter_read();
        syscall(SYS_futex, &turns.word, FUTEX_WAKE_PRIVATE, 1);
    }
    pthread_join(thread, NULL);
    row_tell("map_hand", &row);
}

static void semaphore(void)
{
    sem_t sem;

    sem_init(&sem, 0, 0);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read(), middle;

        sem_post(&sem);
        middle = counter_read();
        row_add(&row, start, middle);
        start = counter_read();
        sem_wait(&sem);
        row_add(&second, start, counter_read());
    }
    row_tell("sem_v", &row);
    row_tell("sem_p", &second);
}

static void regions(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();
        volatile char *memory = mmap(NULL, PAGES * PAGE,
                                     PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        for (int page = 0; page < PAGES; page++)
            memory[page * PAGE] = 1;
        munmap((void *)memory, PAGES * PAGE);
        row_add(&row, start, counter_read());
    }
    row_tell("region", &row);
}

/* A block of a page: a file of shared memory. */
static volatile char *block_map(int flags)
{
    int file = open("/dev/shm/block", O_RDWR | flags, 0600);
    volatile char *block;

    if (file < 0 || (flags != 0 && ftruncate(file, PAGE) != 0))
        fail("/dev/shm/block");
    block = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return block;
}

static void blocks(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();
        volatile char *block = block_map(O_CREAT);

        block[0] = 1;
        row_add(&row, start, counter_read());
        start = counter_read();
        munmap((void *)block, PAGE);
        unlink("/dev/shm/block");
        row_add(&second, start, counter_read());
    }
    row_tell("pmm_new", &row);
    row_tell("pmm_free", &second);
    munmap((void *)block_map(O_CREAT), PAGE);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();
        volatile char *block = block_map(0);

        (void)block[0];
        row_add(&row, start, counter_read());
        munmap((void *)block, PAGE);
    }
    row_tell("attach", &row);
    unlink("/dev/shm/block");
}

void calls(void)
{
    null_call();
    switches();
    hand_over();
    semaphore();
    regions();
    blocks();
}
