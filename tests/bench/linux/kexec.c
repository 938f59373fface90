/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The same kernel again, in place: /next is its image, /next.cpio what it
 * starts with.  Until its first process the counter runs on.
 */
#define _GNU_SOURCE
#include "init.h"

#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORD "kexec="

#if defined(__x86_64__)

static void load(const char *line)
{
    int kernel = open("/next", O_RDONLY), archive = open("/next.cpio", 0);

    if (syscall(SYS_kexec_file_load, kernel, archive, strlen(line) + 1, line,
                0) != 0)
        fail("kexec_file_load");
}

#else

/* Debian's kernel has the older call only: we say what goes where, and bring
 * the instructions that lead to the new kernel. */
#include <stdlib.h>

#define KERNEL_AT 0x60000000ul
#define ARCHIVE_AT 0x68000000ul
#define TREE_AT 0x6e000000ul
#define WAY_AT 0x6f000000ul
#define MEMORY_BEYOND 0x1000000 /* of the kernel's BSS */
#define PAGE_UP(size) (((size) + 4095ul) & ~4095ul)

static void *read_whole(const char *path, size_t *size)
{
    int file = open(path, O_RDONLY);
    struct stat stat;
    char *bytes;

    if (file < 0 || fstat(file, &stat) != 0)
        fail(path);
    bytes = malloc((size_t)stat.st_size);
    for (*size = 0; *size < (size_t)stat.st_size;) {
        ssize_t count = read(file, bytes + *size, stat.st_size - *size);

        if (count <= 0)
            fail(path);
        *size += (size_t)count;
    }
    close(file);
    return bytes;
}

/* Overwrites the value of a property in place: it is as long as it was. */
static void tree_set(char *tree, size_t size, const char *from, size_t length,
                     const void *value)
{
    char *at = memmem(tree, size, from, strlen(from));

    if (!at)
        fail(from);
    memcpy(at, value, length);
}

/* The ends of the archive, as the property of that name has them. */
static void tree_set_number(char *tree, size_t size, const char *name,
                            uint64_t number)
{
    uint32_t *strings = (uint32_t *)tree + 3, *word = (uint32_t *)tree;
    char *text = memmem(tree, size, name, strlen(name) + 1);
    uint32_t offset;

    if (!text)
        fail(name);
    offset = (uint32_t)(text - (tree + __builtin_bswap32(*strings)));
    for (word += 10; (char *)word < tree + size - 16; word++) {
        uint32_t length = __builtin_bswap32(word[1]);

        /* FDT_PROP, its length, its name, its value */
        if (word[0] != __builtin_bswap32(3) ||
            word[2] != __builtin_bswap32(offset))
            continue;
        number = length == 4 ? __builtin_bswap32((uint32_t)number)
                             : __builtin_bswap64(number);
        memcpy(&word[3], &number, length);
        return;
    }
    fail(name);
}

static void load(const char *line)
{
    static uint64_t way[] = {
        0x580000b158000080, /* ldr x0, way + 16; ldr x17, way + 24 */
        0xd503201fd61f0220, /* br x17; nop */
        TREE_AT, KERNEL_AT,
    };
    size_t kernel_size, archive_size, tree_size;
    char *kernel = read_whole("/next", &kernel_size);
    char *archive = read_whole("/next.cpio", &archive_size);
    char *tree = read_whole("/sys/firmware/fdt", &tree_size);
    struct kexec_segment segments[] = {
        {kernel, kernel_size, (void *)KERNEL_AT,
         PAGE_UP(kernel_size + MEMORY_BEYOND)},
        {archive, archive_size, (void *)ARCHIVE_AT, PAGE_UP(archive_size)},
        {tree, tree_size, (void *)TREE_AT, PAGE_UP(tree_size)},
        {way, sizeof(way), (void *)WAY_AT, 4096},
    };

    tree_set(tree, tree_size, WORD, strlen(WORD) + 16, strstr(line, WORD));
    tree_set_number(tree, tree_size, "linux,initrd-start", ARCHIVE_AT);
    tree_set_number(tree, tree_size, "linux,initrd-end",
                    ARCHIVE_AT + archive_size);
    if (syscall(SYS_kexec_load, WAY_AT, 4, segments, KEXEC_ARCH_DEFAULT) != 0)
        fail("kexec_load");
}

#endif

/* Loading it is not counted: a system that restarts so has done it before. */
void next(void)
{
    char line[1024] = "";
    int file = open("/proc/cmdline", O_RDONLY);
    char *at, digits[17];

    if (file < 0 || read(file, line, sizeof(line) - 1) < 0)
        fail("/proc/cmdline");
    line[strcspn(line, "\n")] = '\0';
    at = strstr(line, WORD);
    if (!at)
        fail("no word kexec= on the command line");
    /* What is loaded holds the count, so it is a little too early: by the
     * time that loading takes, which is told to be taken off. */
    snprintf(digits, sizeof(digits), "%016lx", (unsigned long)counter_read());
    memcpy(at + strlen(WORD), digits, 16);
    load(line);
    printf("value load %lu\n",
           (unsigned long)(counter_read() - strtoul(digits, NULL, 16)));
    fflush(stdout);
    reboot(RB_KEXEC);
    fail("kexec");
}
