/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The C library in an actor, and what a restart does to it.  Start it with
 *
 *      arun -g 2 libc
 *
 * The first life uses the library, leaves a mess in its data and crashes;
 * the second must find everything as a first life does: initialised data as
 * it was loaded, the rest zero, errno clear, the heap and stdio like new.
 */
#include <errno.h>
#include <reprise.h>
#include <string.h>

#include "check.h"

static struct {
    int initialised;
    int zero;
    char text[16];
} data = {.initialised = 42, .text = "as loaded"};

static void formats(void)
{
    char text[80];

    snprintf(text, sizeof(text), "%d|%5u|%-5s|%c|%x", -7, 42u, "ab", 'z',
             0xbeefu);
    CHECK(strcmp(text, "-7|   42|ab   |z|beef") == 0);
    snprintf(text, sizeof(text), "%lld|%.3f|%g|%zu", -1234567890123456789ll,
             3.14159, 0.5, sizeof(long));
    CHECK(strcmp(text, "-1234567890123456789|3.142|0.5|8") == 0);
    CHECK(strtod("2.5e3", NULL) == 2500.0);
    CHECK(strtol("-0x1f", NULL, 16) == -31);
}

static void heap(void)
{
    char *small = malloc(10);
    char *large = malloc(200000);

    CHECK(small && large);
    strcpy(small, "heap");
    memset(large, 0x5a, 200000);
    large = realloc(large, 400000);
    CHECK(large && large[199999] == 0x5a);
    CHECK(strcmp(small, "heap") == 0);
    free(large);
    free(small);
    CHECK(malloc(1ul << 46) == NULL);
    CHECK(errno == ENOMEM);
}

static int compare(const void *a, const void *b)
{
    int left = *(const int *)a;
    int right = *(const int *)b;

    return (left > right) - (left < right);
}

static void sorting(void)
{
    int numbers[] = {5, -3, 9, 0, 7, 2};

    qsort(numbers, 6, sizeof(numbers[0]), compare);
    for (int i = 1; i < 6; i++) {
        CHECK(numbers[i - 1] <= numbers[i]);
    }
}

static void like_new(void)
{
    CHECK(errno == 0);
    CHECK(data.initialised == 42);
    CHECK(data.zero == 0);
    CHECK(strcmp(data.text, "as loaded") == 0);
    CHECK(!ferror(stdout) && !feof(stdin));
}

int main(void)
{
    HrStartInfo start;

    like_new();
    formats();
    heap();
    sorting();
    CHECK_RESULT(hrStartInfo(&start), K_OK);
    if (start.group >= 0 && start.restarts == 0) {
        memset(&data, 0xff, sizeof(data));
        errno = EIO;
        printf("libc: a line that is not ended, and a crash");
        fflush(stdout);
        printf("libc: text in a buffer that must never be seen");
        abort();
    }
    printf("\n");
    check_report("libc");
    HR_EXIT_HDL();
    return 0;
}
