/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Runs sysadm.ini, the file of the archive with the commands of every start.
 * A wrong line is reported and the rest still runs.
 */
#include <reprise.h>
#include <stdio.h>
#include <string.h>

#include "line.h"
#include "shell.h"

#define FILE_NAME "sysadm.ini"
#define FILE_MAX_BYTES 8192

static struct {
    char text[FILE_MAX_BYTES + 1];
    unsigned skipped;
} sysadm;

/* Reads the file; returns false, having said so, if that cannot be. */
static bool file_read(void)
{
    size_t used = 0;
    long got;

    do {
        got = sysFile(FILE_NAME, used, sysadm.text + used,
                      FILE_MAX_BYTES - used);
        used += got > 0 ? (size_t)got : 0;
    } while (got > 0 && used < FILE_MAX_BYTES);
    sysadm.text[used] = 0;
    if (got == K_EUNKNOWN) {
        printf("init: no %s in the archive\n", FILE_NAME);
    } else if (got < 0) {
        printf("init: %s: %s\n", FILE_NAME, k_strerror((int)got));
    } else if (used == FILE_MAX_BYTES) {
        printf("init: %s: only the first %d bytes are used\n", FILE_NAME,
               FILE_MAX_BYTES);
    }
    return used > 0;
}

/* Says whether restartable actors are there already: the site, or the bank
 * of a machine that was reset, brought them along, and the supervisor, which
 * runs before init, has started them. */
static bool groups_came_back(void)
{
    const KnActorInfo *actors;
    KnSysInfo info = {0};
    int count;

    if (sysInfo(&info) >= 0 && info.warm) {
        return true;
    }
    count = actors_get(&actors);
    for (int i = 0; i < count; i++) {
        if (actors[i].group >= 0 && actors[i].kind == HR_START_SITE) {
            return true;
        }
    }
    return false;
}

static void line_run(char *text, bool came_back)
{
    struct words words;

    if (!shell_split(text, &words)) {
        return;
    }
    if (came_back && arun_restartable(&words)) {
        sysadm.skipped++;
    } else {
        shell_run(&words);
    }
}

/* Lines may end as on any system: LF, or CR and LF. */
static char *line_end(char *text)
{
    char *end = text + strcspn(text, "\n");
    char *next = *end ? end + 1 : end;

    *end = 0;
    if (end > text && end[-1] == '\r') {
        end[-1] = 0;
    }
    return next;
}

void sysadm_run(void)
{
    bool came_back = groups_came_back();
    char *text = sysadm.text;
    char *next;

    if (!file_read()) {
        return;
    }
    for (int number = 1; *text; number++, text = next) {
        char place[32];

        next = line_end(text);
        snprintf(place, sizeof(place), "%s:%d: ", FILE_NAME, number);
        shell_place(place);
        line_run(text, came_back);
    }
    shell_place("");
    if (sysadm.skipped > 0) {
        printf("init: %s: %u lines with arun -g skipped: "
               "the groups are back already\n",
               FILE_NAME, sysadm.skipped);
    }
}
