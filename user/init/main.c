/* SPDX-License-Identifier: BSD-2-Clause
 *
 * C_INIT: runs sysadm.ini, then the commands that are typed on the console.
 * If it dies the kernel brings it back; what it started lives on, so the
 * file is not run a second time within one life of the site.
 */
#include <reprise.h>
#include <stdio.h>

#include "line.h"
#include "shell.h"

#define PROMPT "reprise> "

static struct {
    struct line line;
    char echo[LINE_ECHO_MAX];
} console;

/* The console has one reader at a time: whoever else reads, is waited for. */
static void read_failed(long error)
{
    KnTimeVal pause = {1, 0};

    printf("init: console: %s\n", k_strerror((int)error));
    (void)!threadDelay(&pause);
}

static void take_byte(char byte)
{
    enum line_event event = line_feed(&console.line, byte, console.echo);
    struct words words;

    fputs(console.echo, stdout);
    if (event == LINE_GOES_ON) {
        return;
    }
    if (event == LINE_DONE && shell_split(console.line.text, &words)) {
        shell_run(&words);
    }
    fputs(PROMPT, stdout);
}

static void serve(void)
{
    char bytes[32];

    fputs(PROMPT, stdout);
    for (;;) {
        long count;

        fflush(stdout);
        count = consoleRead(bytes, sizeof(bytes));
        if (count < 0) {
            read_failed(count);
        }
        for (long i = 0; i < count; i++) {
            take_byte(bytes[i]);
        }
    }
}

int main(void)
{
    HrStartInfo start = {0};

    (void)!hrStartInfo(&start);
    if (start.kind == HR_START_RESTART) {
        printf("init: back, restart %u of itself; "
               "sysadm.ini is not run again\n",
               start.restarts);
    } else {
        sysadm_run();
    }
    serve();
    return 0;
}
