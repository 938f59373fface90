/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The line editor; see line.h.
 */
#include "line.h"

#include <string.h>

#define CTRL(letter) ((letter)-'A' + 1)
#define DELETE 0x7f
#define ESCAPE 0x1b

static void rub_out(struct line *line, char *echo)
{
    if (line->length > 0) {
        line->text[--line->length] = 0;
        strcat(echo, "\b \b");
    }
}

static void rub_out_all(struct line *line, char *echo)
{
    while (line->length > 0) {
        rub_out(line, echo);
    }
}

static void rub_out_word(struct line *line, char *echo)
{
    while (line->length > 0 && line->text[line->length - 1] == ' ') {
        rub_out(line, echo);
    }
    while (line->length > 0 && line->text[line->length - 1] != ' ') {
        rub_out(line, echo);
    }
}

/* Text is taken byte by byte, so that UTF-8 passes through. */
static void add(struct line *line, char byte, char *echo)
{
    unsigned char code = (unsigned char)byte;

    if (code == '\t') {
        byte = ' ';
    } else if (code < ' ' || code == DELETE) {
        return;
    }
    if (line->length == LINE_MAX_BYTES - 1) {
        strcpy(echo, "\a");
        return;
    }
    line->text[line->length++] = byte;
    line->text[line->length] = 0;
    echo[0] = byte;
    echo[1] = 0;
}

static enum line_event end(struct line *line, enum line_event event)
{
    if (event == LINE_CANCELED) {
        line->length = 0;
        line->text[0] = 0;
    }
    line->done = true;
    return event;
}

/* Keys that send a sequence (arrows and such) mean nothing here: it is
 * swallowed, up to the letter or ~ that ends it. */
static bool swallow(struct line *line, char byte)
{
    switch (line->escape) {
    case ESCAPE_NONE:
        line->escape = byte == ESCAPE ? ESCAPE_BEGUN : ESCAPE_NONE;
        return byte == ESCAPE;
    case ESCAPE_BEGUN:
        line->escape =
            byte == '[' || byte == 'O' ? ESCAPE_INSIDE : ESCAPE_NONE;
        return byte == '[' || byte == 'O';
    case ESCAPE_INSIDE:
        if (byte >= '@' && byte <= '~') {
            line->escape = ESCAPE_NONE;
        }
        return true;
    }
    return false;
}

static void begin(struct line *line)
{
    line->done = false;
    line->length = 0;
    line->text[0] = 0;
}

static enum line_event edit(struct line *line, char byte, char *echo)
{
    switch (byte) {
    case '\r':
    case '\n':
        strcpy(echo, "\n");
        return end(line, LINE_DONE);
    case CTRL('C'):
        strcpy(echo, "^C\n");
        return end(line, LINE_CANCELED);
    case '\b':
    case DELETE:
        rub_out(line, echo);
        return LINE_GOES_ON;
    case CTRL('U'):
        rub_out_all(line, echo);
        return LINE_GOES_ON;
    case CTRL('W'):
        rub_out_word(line, echo);
        return LINE_GOES_ON;
    default:
        add(line, byte, echo);
        return LINE_GOES_ON;
    }
}

enum line_event line_feed(struct line *line, char byte, char *echo)
{
    bool lf_of_cr = line->after_cr && byte == '\n';

    echo[0] = 0;
    line->after_cr = byte == '\r';
    if (lf_of_cr) {
        return LINE_GOES_ON;
    }
    if (line->done) {
        begin(line);
    }
    if (swallow(line, byte)) {
        return LINE_GOES_ON;
    }
    return edit(line, byte, echo);
}
