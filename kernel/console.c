/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Console input: a ring between the interrupt and the one reader.  (Output
 * waits in kernel/klog.c.)
 */
#include "kernel/console.h"

#include "drivers/console.h"
#include "kernel/cmdline.h"
#include "kernel/config.h"
#include "kernel/klog.h"
#include "kernel/thread.h"

static struct {
    char ring[CONSOLE_INPUT_BYTES];
    unsigned put, taken; /* bytes ever */
    struct link reader;
} input;

/* A full ring drops what comes: the typist sees no echo. */
static void receive(char c)
{
    if (input.put - input.taken < CONSOLE_INPUT_BYTES)
        input.ring[input.put++ % CONSOLE_INPUT_BYTES] = c;
    if (!list_empty(&input.reader))
        thread_wake_again(LIST_ENTRY(input.reader.next, struct thread,
                                     in_queue));
}

void console_start(void)
{
    static const struct console_client client = {receive, klog_next};

    list_init(&input.reader);
    klog_stream(cmdline_is("console.quiet", "1"));
    console_listen(&client);
}

bool console_input_empty(void)
{
    return input.put == input.taken;
}

size_t console_input_take(char *to, size_t size)
{
    size_t count = 0;

    while (count < size && !console_input_empty())
        to[count++] = input.ring[input.taken++ % CONSOLE_INPUT_BYTES];
    return count;
}

KnError console_input_wait(void)
{
    if (!list_empty(&input.reader))
        return K_EBUSY;
    thread_wait(&input.reader, UINT64_MAX, K_OK);
    return K_OK;
}
