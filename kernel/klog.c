/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Saying something costs its sayer next to nothing: it is put down as
 * a record, a restart goes on, and words are made of it later.
 *
 *      klog(), klog_open(), klog_console()
 *        |
 *      said    records, in order; of some the words are not made yet
 *        |     record_settle(), when the line has nothing more to send
 *        +---> log    what the kernel said, for dmesg and the last words
 *        |
 *      out     bytes on their way to the line, which fetches them
 *
 * The line is told at once when there is nothing else to do, and LINE_DELAY_NS
 * after the first record at the latest.
 */
#include "kernel/klog.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "drivers/console.h"
#include "drivers/timer.h"
#include "kernel/assert.h"
#include "kernel/config.h"
#include "kernel/format.h"
#include "kernel/string.h"
#include "kernel/time.h"

#define LINE_MAX 256

/* How long the line may not know: the restart of a few actors. */
#define LINE_DELAY_NS 1000000ull

enum record_kind {
    RECORD_PAD = 1, /* the rest of the ring: a record lies in one piece */
    RECORD_ACTOR,   /* text of an actor: to the line only */
    RECORD_TEXT,    /* text of the kernel */
    RECORD_LATER,   /* what print() makes text of */
};

struct record {
    uint32_t kind; /* enum record_kind */
    uint32_t size; /* of the payload */
    klog_printer *print;
    char payload[];
};

#define RECORD_ALIGN sizeof(struct record)
#define RECORD_MAX 1024 /* payload: a fault report is the largest */

_Static_assert(CONSOLE_OUTPUT_BYTES % RECORD_ALIGN == 0,
               "no record's head is cut by the end of the ring");

static struct {
    char ring[CONSOLE_OUTPUT_BYTES] __attribute__((aligned(16)));
    uint64_t put, taken; /* bytes ever */
    size_t open;         /* bytes of a record that is being filled behind put */
    bool settling;       /* words are being made: they go where they belong */
} said;

/* What the kernel said; the ring holds the last of it. */
static struct {
    char ring[KLOG_SIZE_BYTES];
    uint64_t put; /* bytes ever */
} log;

/* What is on its way to the line. */
static struct {
    char ring[CONSOLE_LINE_BYTES];
    uint64_t put, sent; /* bytes ever */
    bool returned;      /* the \r before the next \n has been sent */
    bool streaming;     /* the line fetches; else bytes go out at once */
    bool waiting;       /* the line has not been told yet */
    bool quiet;         /* it is not for what the kernel says */
} out;

/* ---- The line ------------------------------------------------------------ */

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies text to place at of a ring, in two pieces where it wraps. */
static void ring_write(char *ring, size_t ring_size, uint64_t at,
                       const char *text, size_t size)
{
    size_t offset = at % ring_size;
    size_t first = min(size, ring_size - offset);

    memcpy(ring + offset, text, first);
    memcpy(ring, text + first, size - first);
}

/* The next byte of those that are words already; -1: none.  Serial terminals
 * want \r\n for \n. */
static int out_next(void)
{
    char c = out.ring[out.sent % CONSOLE_LINE_BYTES];

    if (out.put - out.sent > CONSOLE_LINE_BYTES)
        out.sent = out.put; /* damaged: or a panic would never end */
    if (out.sent == out.put)
        return -1;
    if (c == '\n' && !out.returned) {
        out.returned = true;
        return '\r';
    }
    out.returned = false;
    out.sent++;
    return (unsigned char)c;
}

/* Who makes more words than the ring holds waits for the line. */
static void out_write(const char *text, size_t size)
{
    while (size > 0) {
        size_t part = min(size, CONSOLE_LINE_BYTES);

        while (CONSOLE_LINE_BYTES - (out.put - out.sent) < part)
            console_put((char)out_next());
        ring_write(out.ring, CONSOLE_LINE_BYTES, out.put, text, part);
        out.put += part;
        text += part;
        size -= part;
    }
}

static void log_write(const char *text, size_t size)
{
    ring_write(log.ring, KLOG_SIZE_BYTES, log.put, text, size);
    log.put += size;
    if (!out.quiet || !out.streaming)
        out_write(text, size);
}

/* ---- Records ------------------------------------------------------------- */

static struct record *record_at(uint64_t at)
{
    return (struct record *)(void *)&said.ring[at % CONSOLE_OUTPUT_BYTES];
}

/* Bytes that a record takes up in the ring. */
static size_t record_bytes(size_t size)
{
    return (sizeof(struct record) + size + RECORD_ALIGN - 1) &
           ~(RECORD_ALIGN - 1);
}

/* Whether the oldest record can be one: what is damaged must not keep a panic
 * from its end. */
static bool record_whole(const struct record *record)
{
    uint64_t waiting = said.put - said.taken;

    return waiting <= CONSOLE_OUTPUT_BYTES && waiting % RECORD_ALIGN == 0 &&
           said.taken % RECORD_ALIGN == 0 &&
           record_bytes(record->size) <= waiting;
}

/* Makes words of the oldest record.  It is taken first: should making them
 * panic, the panic does not come upon it again. */
static void record_settle(void)
{
    const struct record *record = record_at(said.taken & -RECORD_ALIGN);

    if (!record_whole(record)) {
        said.put &= -RECORD_ALIGN;
        said.taken = said.put;
        return;
    }
    said.taken += record_bytes(record->size);
    said.settling = true;
    switch (record->kind) {
    case RECORD_ACTOR:
        out_write(record->payload, record->size);
        break;
    case RECORD_TEXT:
        log_write(record->payload, record->size);
        break;
    case RECORD_LATER:
        record->print(record->payload);
        break;
    }
    said.settling = false;
}

static void settle(void)
{
    while (said.taken != said.put)
        record_settle();
}

/* Room for one record, in one piece; the oldest go out for it.  It counts when
 * it is closed. */
static struct record *record_open(enum record_kind kind, size_t size)
{
    size_t left = CONSOLE_OUTPUT_BYTES - said.put % CONSOLE_OUTPUT_BYTES;
    size_t bytes = record_bytes(size);
    size_t pad = left < bytes ? left : 0;
    struct record *record;

    ASSERT(size <= RECORD_MAX);
    while (CONSOLE_OUTPUT_BYTES - (said.put - said.taken) < pad + bytes)
        record_settle();
    if (pad > 0) {
        record = record_at(said.put);
        record->kind = RECORD_PAD;
        record->size = (uint32_t)(pad - sizeof(*record));
        said.put += pad;
    }
    record = record_at(said.put);
    record->kind = kind;
    record->size = (uint32_t)size;
    said.open = bytes;
    return record;
}

static void record_close(void)
{
    said.put += said.open;
    said.open = 0;
}

void klog_tell(void)
{
    if (!out.waiting)
        return;
    out.waiting = false;
    time_call_off(TIME_LINE);
    console_wake();
}

static void line_wants(void)
{
    if (!out.streaming) {
        klog_flush();
    } else if (!out.waiting) {
        out.waiting = true;
        time_call(TIME_LINE, timer_now_ns() + LINE_DELAY_NS, klog_tell);
    }
}

static void say(enum record_kind kind, const char *text, size_t size)
{
    while (size > 0) {
        size_t part = min(size, RECORD_MAX);

        memcpy(record_open(kind, part)->payload, text, part);
        record_close();
        text += part;
        size -= part;
    }
    line_wants();
}

void klog_console(const char *text, size_t size)
{
    say(RECORD_ACTOR, text, size);
}

void *klog_open(klog_printer *print, size_t size)
{
    struct record *record = record_open(RECORD_LATER, size);

    record->print = print;
    return record->payload;
}

/* Nothing has been said meanwhile: that would lie where the record is. */
void klog_close(void)
{
    ASSERT(said.open > 0);
    record_close();
    line_wants();
}

void klog(const char *format, ...)
{
    char text[LINE_MAX];
    va_list args;

    va_start(args, format);
    size_t size = format_args(text, sizeof(text), format, args);
    va_end(args);
    if (said.settling)
        log_write(text, size);
    else
        say(RECORD_TEXT, text, size);
}

size_t klog_room(void)
{
    size_t room = CONSOLE_OUTPUT_BYTES - (size_t)(said.put - said.taken);

    /* Of each KiB some bytes are its records' heads, and one is a pad. */
    return room < 2 * RECORD_MAX ? 0 : room - room / 8 - RECORD_MAX;
}

/* ---- The line asks ------------------------------------------------------- */

int klog_next(void)
{
    int c;

    while ((c = out_next()) < 0) {
        if (said.taken == said.put)
            return -1;
        record_settle();
    }
    return c;
}

void klog_flush(void)
{
    int c;

    while ((c = klog_next()) >= 0)
        console_put((char)c);
    out.streaming = false;
}

void klog_stream(bool quiet)
{
    out.streaming = true;
    out.quiet = quiet;
}

/* ---- The log ------------------------------------------------------------- */

static uint64_t oldest(void)
{
    return log.put > KLOG_SIZE_BYTES ? log.put - KLOG_SIZE_BYTES : 0;
}

static size_t copy_from(uint64_t at, char *to, size_t size)
{
    size_t count = 0;

    while (count < size && at < log.put)
        to[count++] = log.ring[at++ % KLOG_SIZE_BYTES];
    return count;
}

size_t klog_read(size_t offset, char *to, size_t size)
{
    settle();
    return copy_from(oldest() + offset, to, size);
}

size_t klog_tail(char *to, size_t size)
{
    uint64_t at;

    settle();
    at = log.put > size ? log.put - size : 0;
    if (at < oldest())
        at = oldest();
    while (at > 0 && at < log.put &&
           log.ring[(at - 1) % KLOG_SIZE_BYTES] != '\n')
        at++;
    return copy_from(at, to, size);
}
