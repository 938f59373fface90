/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What newlib asks of a system.  There are three open files, all of them the
 * console, and no file system: everything else answers with an error.
 */
#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <reprise.h>

#include "lib.h"

int open(const char *path, int flags, ...);
int kill(pid_t pid, int signal);

extern char _end[]; /* actor.ld: one past the image */

/* The heap: [start of heap, brk) is in use, [brk, mapped) is allocated. */
static struct {
    VmAddr brk, mapped; /* 0: not begun */
} heap;

static int fail(int error)
{
    errno = error;
    return -1;
}

static VmAddr page_up(VmAddr address)
{
    return (address + K_PAGE_SIZE - 1) & -(VmAddr)K_PAGE_SIZE;
}

/* ---- Files ------------------------------------------------------------- */

_READ_WRITE_RETURN_TYPE write(int fd, const void *data, size_t size)
{
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO)
        return fail(EBADF);
    return unix_result(consoleWrite(data, size));
}

/* Waits for at least one byte.  Terminals send a carriage return for the
 * Enter key; C knows lines by their newline. */
_READ_WRITE_RETURN_TYPE read(int fd, void *data, size_t size)
{
    if (fd != STDIN_FILENO)
        return fail(EBADF);
    int count = consoleRead(data, size);
    char *bytes = data;
    for (int i = 0; i < count; i++) {
        if (bytes[i] == '\r')
            bytes[i] = '\n';
    }
    return unix_result(count);
}

int isatty(int fd)
{
    if (fd < STDIN_FILENO || fd > STDERR_FILENO)
        return errno = EBADF, 0;
    return 1;
}

int fstat(int fd, struct stat *stat)
{
    if (!isatty(fd))
        return -1;
    *stat = (struct stat){.st_mode = S_IFCHR | 0600, .st_blksize = 256};
    return 0;
}

int close(int fd)
{
    return isatty(fd) ? 0 : -1;
}

off_t lseek(int fd, off_t offset, int whence)
{
    (void)offset, (void)whence;
    return isatty(fd) ? fail(ESPIPE) : -1;
}

int open(const char *path, int flags, ...)
{
    (void)path, (void)flags;
    return fail(ENOENT);
}

int stat(const char *path, struct stat *stat)
{
    (void)path, (void)stat;
    return fail(ENOENT);
}

int unlink(const char *path)
{
    (void)path;
    return fail(ENOENT);
}

int link(const char *from, const char *to)
{
    (void)from, (void)to;
    return fail(ENOENT);
}

/* ---- Memory ------------------------------------------------------------ */

/* Adds pages to the heap until it reaches end. */
static int heap_map(VmAddr end)
{
    KnRgnDesc more = {
        .startAddr = heap.mapped,
        .size = page_up(end) - heap.mapped,
        .options = K_WRITABLE | K_FILLZERO,
    };
    int result = rgnAllocate(K_MYACTOR, &more);
    if (result == K_OK)
        heap.mapped += more.size;
    return result;
}

/* Pages that are given back stay with the actor: malloc() takes them again.
 * newlib calls this under malloc's lock. */
void *sbrk(ptrdiff_t change)
{
    if (heap.brk == 0)
        heap.brk = heap.mapped = page_up((VmAddr)_end);
    VmAddr old = heap.brk, new = old + (VmAddr)change;
    bool wrapped = change > 0 ? new < old : new > old;
    if (wrapped || new < page_up((VmAddr)_end) ||
        (new > heap.mapped && heap_map(new) != K_OK)) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap.brk = new;
    return (void *)old;
}

/* ---- Processes and time ------------------------------------------------ */

pid_t getpid(void)
{
    KnCap self;
    return actorSelf(&self) == K_OK ? (pid_t)self.ui.uiHead + 1 : 1;
}

/* abort() and raise() end here, with the status that shells use. */
int kill(pid_t pid, int signal)
{
    if (pid != getpid())
        return fail(ESRCH);
    _exit(128 + signal);
}

/* There is no clock of the day: time counts from the start of the kernel. */
int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    KnTimeVal time;
    (void)zone;
    if (sysTime(&time) != K_OK)
        return fail(EINVAL);
    now->tv_sec = time.tmSec;
    now->tv_usec = time.tmNSec / 1000;
    return 0;
}

/* Of processor time the kernel keeps no account: time that has passed. */
clock_t times(struct tms *used)
{
    KnTimeVal now;
    if (sysTime(&now) != K_OK)
        return (clock_t)fail(EINVAL);
    clock_t ticks = (clock_t)(now.tmSec * CLOCKS_PER_SEC +
                              now.tmNSec / (1000000000 / CLOCKS_PER_SEC));
    *used = (struct tms){.tms_utime = ticks};
    return ticks;
}

/* Sleeps, as POSIX has it. */
unsigned sleep(unsigned seconds)
{
    KnTimeVal time = {.tmSec = (long)seconds};
    return threadDelay(&time) == K_OK ? 0 : seconds;
}

int usleep(useconds_t microseconds)
{
    KnTimeVal time = {
        .tmSec = (long)(microseconds / 1000000),
        .tmNSec = (long)(microseconds % 1000000) * 1000,
    };
    return unix_result(threadDelay(&time));
}
