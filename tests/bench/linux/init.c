/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The first process of a Linux kernel: does the work of the rows of bench.py,
 * prints what it took, and switches the machine off.
 *
 *      /init                  the first process
 *      /init life             a program that finds its file and crashes
 *      kexec=0123456789abcdef on the kernel's command line: this is what came
 *                             of a kexec that began at that count
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t overhead;

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

static uint64_t rank(const struct row *row, unsigned per_thousand)
{
    unsigned index = (row->count * per_thousand + 999) / 1000;

    return row->sample[index > 0 ? index - 1 : 0];
}

void row_add(struct row *row, uint64_t start, uint64_t end)
{
    if (row->count < ROUNDS)
        row->sample[row->count++] = end - start - overhead;
}

void row_tell(const char *name, struct row *row)
{
    qsort(row->sample, row->count, sizeof(row->sample[0]), compare);
    printf("row %s n=0 rounds=%u min=%lu median=%lu p99=%lu max=%lu\n", name,
           row->count, (unsigned long)rank(row, 0),
           (unsigned long)rank(row, 500), (unsigned long)rank(row, 990),
           (unsigned long)rank(row, 1000));
    fflush(stdout);
    row->count = 0;
    usleep(100000);
}

void off(void)
{
    fflush(stdout);
    usleep(100000);
    reboot(RB_POWER_OFF);
    for (;;)
        pause();
}

void fail(const char *what)
{
    printf("bench: FAILED: %s: %m\n", what);
    off();
}

/* Writes a word into a file of the kernel's. */
static void set(const char *path, const char *word)
{
    int file = open(path, O_WRONLY);

    if (file < 0 || write(file, word, strlen(word)) < 0)
        fail(path);
    close(file);
}

/* The number behind a word of the kernel's command line; 0: not there. */
static uint64_t told(const char *word)
{
    char line[1024] = "";
    int file = open("/proc/cmdline", O_RDONLY);
    const char *at;

    if (file < 0 || read(file, line, sizeof(line) - 1) < 0)
        fail("/proc/cmdline");
    close(file);
    at = strstr(line, word);
    return at ? strtoull(at + strlen(word), NULL, 16) : 0;
}

static void prepare(void)
{
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/dev/shm", 0755);
    if (mount("proc", "/proc", "proc", 0, NULL) != 0 ||
        mount("sys", "/sys", "sysfs", 0, NULL) != 0 ||
        mount("shm", "/dev/shm", "tmpfs", 0, NULL) != 0)
        fail("mount");
    /* Nobody else gets the processor while something is measured. */
    set("/proc/sys/kernel/sched_rt_runtime_us", "-1");
    if (sched_setscheduler(0, SCHED_FIFO,
                           &(struct sched_param){PRIORITY}) != 0)
        fail("sched_setscheduler");
    for (int i = 0; i < 32; i++) {
        uint64_t start = counter_read();

        overhead = counter_read() - start;
    }
}

static void check_counter(void)
{
    static struct row row;

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();

        row_add(&row, start, counter_read());
    }
    row_tell("empty", &row);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = counter_read();

        counter_loop(1000);
        row_add(&row, start, counter_read());
    }
    row_tell("loop", &row);
}

int main(int argc, char **argv)
{
    uint64_t now = counter_read(), began;
    struct timespec clock; /* Linux's own, from where it begins */

    if (argc > 1 && strcmp(argv[1], "life") == 0)
        return life();
    prepare();
    clock_gettime(CLOCK_BOOTTIME, &clock);
    printf("value boot %ld\n", clock.tv_sec * 1000000000 + clock.tv_nsec);
    printf("value reset %lu\n", (unsigned long)now);
    began = told("kexec=");
    if (began > 0) {
        printf("value kexec %lu\n", (unsigned long)(now - began));
        off();
    }
    if (access("/next", F_OK) == 0)
        next();
    check_counter();
    calls();
    restarts();
    off();
}
